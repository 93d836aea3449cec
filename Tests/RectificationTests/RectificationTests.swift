import Rectification
import StereoCore
import Tensors
import Testing

@Suite struct RectificationTests {
  static let size = PixelSize(width: 640, height: 480)

  static func camera(_ distortion: LensDistortion = .none) throws -> RigCamera {
    try RigCamera(
      size: size, focalLength: SIMD2(400, 405), principalPoint: SIMD2(320, 240), distortion: distortion)
  }

  static func rig(turn: SIMD3<Double> = SIMD3(0.02, -0.03, 0.01), distortion: LensDistortion = .none) throws -> Rig {
    let right = Matrix3(rotation: turn)
    return try Rig(
      left: camera(distortion), right: camera(distortion), rotation: right,
      translation: right * SIMD3(-0.12, 0.003, -0.002))
  }

  /// A point in space is seen in one row of both rectified images, and its disparity gives its depth.
  @Test func pointsLieInOneRow() throws {
    let barrel = LensDistortion.polynomial(try PolynomialDistortion([-0.2, 0.05, 0.001, -0.0005, 0]))
    let rig = try Self.rig(distortion: barrel)
    let found = try Rectification(rig, alpha: 0.3)
    let calibration = try found.calibration()
    #expect(calibration.disparityOffset == 0 && calibration.imageSize == Self.size)
    for point in [SIMD3(0.1, 0.2, 2.0), SIMD3(-0.5, 0.1, 3), SIMD3(0, 0, 1), SIMD3(1, -0.7, 5)] {
      func place(_ turn: Matrix3, _ inCamera: SIMD3<Double>, _ centre: SIMD2<Double>) -> SIMD2<Double> {
        let p = turn * inCamera
        return SIMD2(p.x, p.y) / p.z * found.focalLength + centre
      }
      let left = place(found.rotations.left, point, found.principalPoints.left)
      let right = place(
        found.rotations.right, rig.rotation * point + rig.translation, found.principalPoints.right)
      #expect(abs(left.y - right.y) < 1e-9)
      let depth = Double(calibration.depth(ofDisparity: Float(left.x - right.x)))
      #expect(abs(depth - (found.rotations.left * point).z) < 1e-5 * depth)
      // The raw pixel that the rectified pixel shows is the one at which the raw camera sees the point.
      let seen = rig.left.pixel(barrel.distorted(SIMD2(point.x, point.y) / point.z))
      let source = try #require(found.source(of: left, in: .left))
      #expect((source - seen).radius < 1e-9)
      #expect((found.inRawFrame(found.rotations.left * point) - point).length < 1e-12)
    }
  }

  /// alpha 0 shows only what the raw images have, alpha 1 every raw pixel.
  @Test func alphaChoosesTheView() throws {
    let barrel = LensDistortion.polynomial(try PolynomialDistortion([-0.2, 0.05, 0, 0, 0]))
    let rig = try Self.rig(distortion: barrel)
    let inner = try Rectification(rig, alpha: 0)
    for side in RigSide.allCases {
      let map = RectificationMap(inner, side)
      var outsideCount = 0
      for y in 0..<480 {
        for x in 0..<640 where !((-1...640).contains(map.x[y, x]) && (-1...480).contains(map.y[y, x])) {
          outsideCount += 1
        }
      }
      #expect(outsideCount == 0, "\(side)")
    }
    let outer = try Rectification(rig, alpha: 1)
    #expect(outer.focalLength < inner.focalLength)
    let map = RectificationMap(outer, .left)
    #expect(map.x[0, 0] < 0 || map.y[0, 0] < 0)
  }

  /// A map never leads back into the image from beyond the fold of a lens.
  @Test func beyondTheFoldIsNothing() throws {
    // Folds at tan θ = 1.29, just outside of the image.
    let lens = LensDistortion.polynomial(try PolynomialDistortion([-0.2, 0, 0, 0]))
    let camera = try RigCamera(
      size: PixelSize(width: 300, height: 200), focalLength: SIMD2(220, 220), principalPoint: SIMD2(150, 100),
      distortion: lens)
    let rig = try Rig(left: camera, right: camera, rotation: .identity, translation: SIMD3(-0.1, 0, 0))
    let found = try Rectification(rig, alpha: 1, size: PixelSize(width: 1200, height: 800))
    let map = RectificationMap(found, .left)
    #expect(map.x[400, 600].isFinite)
    let far = found.principalPoints.left + SIMD2(0, 1.5 * found.focalLength)
    #expect(found.source(of: far, in: .left) == nil)
    let near = found.principalPoints.left + SIMD2(0, 1.2 * found.focalLength)
    #expect(found.source(of: near, in: .left) != nil)
  }

  @Test func sillyRequestsAreRefused() throws {
    let rig = try Self.rig()
    #expect(throws: StereoError.self) { try Rectification(rig, alpha: 1.5) }
    #expect(throws: StereoError.self) { try Rectification(rig, alpha: .nan) }
    #expect(throws: StereoError.self) { try Rectification(rig, size: PixelSize(width: 0, height: 5)) }
    #expect(throws: StereoError.self) { try Rectification(rig, size: PixelSize(width: 1 << 20, height: 1 << 20)) }
  }
}
