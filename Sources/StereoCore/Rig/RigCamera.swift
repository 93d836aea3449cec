/// One raw camera: what its lens and its sensor do to a ray.
public struct RigCamera: Equatable, Sendable {
  /// Size of its images.
  public let size: PixelSize
  /// Focal length along a row and along a column, pixels.
  public let focalLength: SIMD2<Double>
  /// Where the optical axis meets the image, pixels from the centre of the upper left pixel.
  public let principalPoint: SIMD2<Double>
  /// What its lens does.
  public let distortion: LensDistortion

  /// - Parameters:
  ///   - size: size of its images.
  ///   - focalLength: along a row and along a column, pixels.
  ///   - principalPoint: pixels from the centre of the upper left pixel.
  ///   - distortion: what its lens does.
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` for numbers that are not finite, a focal length that is not
  ///   positive, and a distortion that folds within the image.
  public init(
    size: PixelSize, focalLength: SIMD2<Double>, principalPoint: SIMD2<Double>, distortion: LensDistortion
  ) throws(StereoError) {
    guard focalLength.x.isFinite, focalLength.y.isFinite, focalLength.x > 0, focalLength.y > 0 else {
      throw .invalidCalibration(
        reason: "expected positive focal lengths in pixels, found \(focalLength.x) and \(focalLength.y)")
    }
    guard principalPoint.x.isFinite, principalPoint.y.isFinite, distortion.coefficients.allSatisfy(\.isFinite) else {
      throw .invalidCalibration(reason: "expected a finite principal point and finite distortion coefficients")
    }
    if case .fieldOfView(let w) = distortion, !(w > 0 && w < .pi) {
      throw .invalidCalibration(reason: "expected a field of view of 0 to π radians, found \(w)")
    }
    self.size = size
    self.focalLength = focalLength
    self.principalPoint = principalPoint
    self.distortion = distortion
    if let angle = distortion.foldingAngle(within: reach) {
      let degrees = (angle * 1800 / .pi).rounded() / 10
      throw .invalidCalibration(
        reason:
          "expected a distortion that is valid in the whole image, found one that folds back at \(degrees)° from the "
          + "axis (\(distortion.name) \(distortion.coefficients))")
    }
  }

  /// Distance of the farthest corner of the image from the principal point, in focal lengths.
  private var reach: Double {
    let (width, height) = (Double(size.width - 1), Double(size.height - 1))
    return [SIMD2(0, 0), SIMD2(width, 0), SIMD2(0, height), SIMD2(width, height)]
      .map { normalised($0).radius }.max() ?? 0
  }

  /// A pixel in focal lengths from the principal point.
  public func normalised(_ pixel: SIMD2<Double>) -> SIMD2<Double> { (pixel - principalPoint) / focalLength }

  /// The pixel at a place in focal lengths from the principal point.
  public func pixel(_ normalised: SIMD2<Double>) -> SIMD2<Double> { normalised * focalLength + principalPoint }

  /// The matrix fx 0 cx, 0 fy cy, 0 0 1.
  public var intrinsics: Matrix3 {
    Matrix3([focalLength.x, 0, principalPoint.x, 0, focalLength.y, principalPoint.y, 0, 0, 1])
  }

  /// The camera for its images scaled to another size, pixel centres staying pixel centres; `nil` for other proportions.
  public func scaled(to size: PixelSize) -> RigCamera? {
    guard self.size.width * size.height == self.size.height * size.width else { return nil }
    let scale = Double(size.width) / Double(self.size.width)
    let half = SIMD2<Double>(repeating: 0.5)
    return try? RigCamera(
      size: size, focalLength: focalLength * scale, principalPoint: (principalPoint + half) * scale - half,
      distortion: distortion)
  }
}
