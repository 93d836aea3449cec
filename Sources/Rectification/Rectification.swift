public import StereoCore

/// The left or the right camera of a rig.
public enum RigSide: CaseIterable, Sendable {
  /// The left camera, the reference.
  case left
  /// The right one.
  case right
}

/// How the images of a rig become a rectified pair: both cameras are turned by half of R each and then so that the baseline
/// is their x axis; one focal length and one row of principal points for both.
///
///     pixel p of a rectified image ← ray (p − c) / f ← turned back by Rᵀ ← distorted by the lens ← pixel of the raw image
///
/// Source: Bouguet's *Camera calibration toolbox*; Fusiello, Trucco, Verri, *A compact algorithm for rectification of stereo
/// pairs*, MVA 2000. The numbers are those of OpenCV's `stereoRectify`, for Kannala–Brandt lenses of
/// `fisheye.stereoRectify`.
public struct Rectification: Sendable {
  /// What is rectified.
  public let rig: Rig
  /// Size of the rectified images.
  public let size: PixelSize
  /// Directions of the raw cameras' frames in the rectified ones' (`R1` and `R2`).
  public let rotations: (left: Matrix3, right: Matrix3)
  /// Focal length of both rectified cameras, pixels.
  public let focalLength: Double
  /// Principal points of the rectified cameras, pixels; in one row.
  public let principalPoints: (left: SIMD2<Double>, right: SIMD2<Double>)

  /// - Parameters:
  ///   - rig: the two raw cameras.
  ///   - alpha: 0: the rectified images show only pixels that the raw ones have; 1: they show every pixel that the raw ones
  ///     have; between them in between.
  ///   - size: size of the rectified images; `nil`: that of the raw ones.
  ///   - hasEqualPrincipalPoints: whether both cameras have one principal point (doffs 0); otherwise each has the one that
  ///     shows the most.
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` if the rectified images would have to show a half-space, and
  ///   ``StereoError/invalidOption(name:expected:found:)`` for another alpha or an empty size.
  public init(
    _ rig: Rig, alpha: Double = 0, size: PixelSize? = nil, hasEqualPrincipalPoints: Bool = true
  ) throws(StereoError) {
    guard (0...1).contains(alpha) else {
      throw .invalidOption(name: "alpha", expected: "0 to 1", found: "\(alpha)")
    }
    let target = size ?? rig.left.size
    guard target.width > 0, target.height > 0, target.width <= RectifiedPair.greatestPixelCount / target.height else {
      throw .invalidOption(
        name: "size", expected: "1 to \(RectifiedPair.greatestPixelCount) pixels", found: "\(target)")
    }
    let rotations = rectifyingRotations(of: rig)
    let request = NewCameraRequest(
      rig: rig, rotations: rotations, size: target, alpha: alpha, isEqual: hasEqualPrincipalPoints)
    let isFisheye = [rig.left, rig.right].contains { if case .kannalaBrandt = $0.distortion { true } else { false } }
    let cameras = try isFisheye ? request.fisheye() : request.ordinary()
    let numbers = [cameras.focalLength] + [cameras.left, cameras.right].flatMap { [$0.x, $0.y] }
    guard numbers.allSatisfy(\.isFinite), cameras.focalLength > 0 else {
      throw .invalidCalibration(
        reason: "expected cameras whose common view a plane can show, found a view of half a sphere or more")
    }
    self.rig = rig
    self.size = target
    self.rotations = rotations
    focalLength = cameras.focalLength
    principalPoints = (cameras.left, cameras.right)
  }

  /// What turns disparities of the rectified pair into depth.
  ///
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` never for a rig that could be made.
  public func calibration() throws(StereoError) -> StereoCalibration {
    try StereoCalibration(
      focalLength: focalLength, baseline: rig.baseline,
      disparityOffset: principalPoints.right.x - principalPoints.left.x,
      principalPoint: .init(x: principalPoints.left.x, y: principalPoints.left.y), imageSize: size)
  }

  /// The projection of a rectified camera, 12 numbers row by row, as OpenCV's `P1` and `P2`.
  public func projection(_ side: RigSide) -> [Double] {
    let (c, x) = side == .left ? (principalPoints.left, 0) : (principalPoints.right, -focalLength * rig.baseline)
    return [focalLength, 0, c.x, x, 0, focalLength, c.y, 0, 0, 0, 1, 0]
  }

  /// The matrix from (x, y, disparity, 1) to homogeneous points, 16 numbers row by row, as OpenCV's `Q`.
  public var disparityToSpace: [Double] {
    let (left, right) = principalPoints
    let perLength = 1 / rig.baseline
    return [
      1, 0, 0, -left.x, 0, 1, 0, -left.y, 0, 0, 0, focalLength, 0, 0, perLength, (right.x - left.x) * perLength,
    ]
  }

  /// Rotations, projections and ``disparityToSpace`` under OpenCV's names.
  public var matrices: [(name: String, values: [Double])] {
    [
      ("R1", rotations.left.values), ("R2", rotations.right.values), ("P1", projection(.left)),
      ("P2", projection(.right)), ("Q", disparityToSpace),
    ]
  }

  /// A point of the rectified left camera's frame in the raw left camera's, metres.
  public func inRawFrame(_ point: SIMD3<Double>) -> SIMD3<Double> { rotations.left.transposed * point }

  /// The raw pixel that a rectified pixel shows; `nil` where the raw camera sees nothing (behind it, or beyond the angle to
  /// which its distortion means something). It may lie outside the raw image.
  public func source(of pixel: SIMD2<Double>, in side: RigSide) -> SIMD2<Double>? {
    RayMap(self, side).source(of: pixel)
  }
}

/// The way from a rectified pixel to a raw one, with everything that does not depend on the pixel.
struct RayMap {
  private let camera: RigCamera
  /// From rectified pixels to rays of the raw camera: Rᵀ K⁻¹, column by column.
  private let column: (x: SIMD3<Double>, y: SIMD3<Double>, one: SIMD3<Double>)
  /// Beyond this distance from the axis the distortion means nothing.
  private let greatestRadius: Double

  init(_ rectification: Rectification, _ side: RigSide) {
    let isLeft = side == .left
    camera = isLeft ? rectification.rig.left : rectification.rig.right
    let turn = isLeft ? rectification.rotations.left : rectification.rotations.right
    let c = isLeft ? rectification.principalPoints.left : rectification.principalPoints.right
    let f = rectification.focalLength
    let (x, y, z) = turn.rows
    column = (x / f, y / f, z - x * (c.x / f) - y * (c.y / f))
    greatestRadius = camera.distortion.greatestRadius
  }

  /// The raw pixel, which may lie outside the raw image; `nil` where there is none.
  func source(of pixel: SIMD2<Double>) -> SIMD2<Double>? {
    let ray = column.x * pixel.x + column.y * pixel.y + column.one
    guard ray.z > 0 else { return nil }
    let point = SIMD2(ray.x, ray.y) / ray.z
    guard point.radius <= greatestRadius else { return nil }
    return camera.pixel(camera.distortion.distorted(point))
  }
}
