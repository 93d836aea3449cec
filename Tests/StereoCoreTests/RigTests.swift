import StereoCore
import Testing

@Suite struct RigTests {
  static let size = PixelSize(width: 640, height: 480)

  static func camera(_ distortion: LensDistortion = .none, size: PixelSize = size) throws(StereoError) -> RigCamera {
    try RigCamera(size: size, focalLength: SIMD2(400, 400), principalPoint: SIMD2(320, 240), distortion: distortion)
  }

  static func reason(_ body: () throws(StereoError) -> Void) -> String {
    do throws(StereoError) { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test func rotationsAreRodrigues() throws {
    // A quarter turn about z takes x to y.
    let quarter = Matrix3(rotation: SIMD3(0, 0, .pi / 2))
    #expect((quarter * SIMD3(1, 0, 0) - SIMD3(0, 1, 0)).length < 1e-15)
    for vector in [SIMD3(0.1, -0.2, 0.3), SIMD3(1e-9, 0, 0), SIMD3(0, 3, 0), SIMD3(0.0, 0, 0)] {
      let turn = Matrix3(rotation: vector)
      #expect(turn.distanceFromRotation < 1e-15 && (turn.rotationVector - vector).length < 1e-12)
    }
    // Seven digits of a file leave a rotation that is none to the last digit.
    let rounded = Matrix3(Matrix3(rotation: SIMD3(0.3, 0.1, -0.2)).values.map { ($0 * 1e4).rounded() / 1e4 })
    #expect(rounded.distanceFromRotation > 1e-6 && rounded.nearestRotation.distanceFromRotation < 1e-14)
  }

  static let lenses: [LensDistortion] = [
    .none, .polynomial(try! PolynomialDistortion([-0.28340811, 0.07395907, 0.00019359, 1.76187114e-05])),
    .polynomial(try! PolynomialDistortion([-0.2, 0.05, 0.001, -0.001, 0.01, 0.02, 0.01, 0.001])),
    .polynomial(try! PolynomialDistortion([-0.2, 0.05, 0.001, -0.001, 0, 0, 0, 0, 0.001, 0, -0.001, 0, 0.01, -0.02])),
    .kannalaBrandt(SIMD4(0.01, -0.003, 0.001, -0.0001)), .fieldOfView(0.9),
  ]

  @Test(arguments: lenses.indices) func distortionIsUndone(index: Int) throws {
    let lens = Self.lenses[index]
    for point in [SIMD2(0.0, 0.0), SIMD2(1e-9, 0), SIMD2(0.1, -0.2), SIMD2(-0.5, 0.3), SIMD2(0.7, 0.5)] {
      let back = try #require(lens.undistorted(lens.distorted(point)), "\(lens.name)")
      #expect((back - point).radius < 1e-8, "\(lens.name)")
    }
    #expect(lens.foldingAngle(within: 0.8) == nil, "\(lens.name)")
  }

  @Test func knownValuesOfTheModels() throws {
    // r = 1 on the x axis: 1 + k1 + k2 + p2 · 3.
    let brown = LensDistortion.polynomial(try PolynomialDistortion([-0.25, 0.125, 0, 0.01]))
    #expect(abs(brown.distorted(SIMD2(1, 0)).x - 0.905) < 1e-12)
    // (1 + 0.5) / (1 + 1).
    let rational = LensDistortion.polynomial(try PolynomialDistortion([0.5, 0, 0, 0, 0, 1, 0, 0]))
    #expect(rational.distorted(SIMD2(0, 1)) == SIMD2(0, 0.75))
    // θ = π / 4 without coefficients.
    #expect(abs(LensDistortion.kannalaBrandt(SIMD4(0, 0, 0, 0)).distorted(SIMD2(1, 0)).x - .pi / 4) < 1e-15)
    // w = π / 2: atan(2) / w.
    let wide = LensDistortion.fieldOfView(.pi / 2)
    #expect(abs(wide.distorted(SIMD2(0, 1)).y - 1.1071487177940904 / (.pi / 2)) < 1e-12)
    #expect(throws: StereoError.self) { try PolynomialDistortion([1, 2, 3]) }
    #expect(throws: StereoError.self) { try PolynomialDistortion([1, 2, 3, .nan]) }
  }

  /// A distortion that folds within the image is refused with the angle.
  @Test func foldingLensesAreRefused() throws {
    // r (1 − 0.5 r²) turns back at r² = 2 / 3: 39.2°; the corner lies at 1.
    let folded = LensDistortion.polynomial(try PolynomialDistortion([-0.5, 0, 0, 0]))
    let reason = Self.reason { () throws(StereoError) in _ = try Self.camera(folded) }
    #expect(reason.contains("folds back at 39.2°") || reason.contains("folds back at 39.3°"), "\(reason)")
    // r / (1 + 2 r²) turns back at r = 0.71.
    let rational = LensDistortion.polynomial(try PolynomialDistortion([0, 0, 0, 0, 0, 2, 0, 0]))
    #expect(Self.reason { () throws(StereoError) in _ = try Self.camera(rational) }.contains("folds back at 35.3°"))
    // A narrow image does not reach the fold.
    #expect(folded.foldingAngle(within: 0.5) == nil)
    #expect(Self.reason { () throws(StereoError) in _ = try Self.camera(.fieldOfView(4)) }.contains("field of view"))
  }

  static let wrong: [(turn: SIMD3<Double>, scale: Double, t: SIMD3<Double>, says: String)] = [
    (SIMD3(0, 0, 0), 1.01, SIMD3(-0.1, 0, 0), "a rotation R"), (SIMD3(0, 0, 0), -1, SIMD3(-0.1, 0, 0), "a rotation R"),
    (SIMD3(0, 0, 0), 1, SIMD3(0, 0, 0), "a baseline"), (SIMD3(0, 0, 0), 1, SIMD3(.nan, 0, 0), "a baseline"),
    (SIMD3(0, 0, 0), 1, SIMD3(0.1, 0, 0), "to the left"),
    (SIMD3(0, 0, 0), 1, SIMD3(-0.01, -0.1, 0), "one above the other"),
    (SIMD3(0, 0, 0), 1, SIMD3(-0.01, 0, -0.1), "before the other"),
    (SIMD3(0, 2, 0), 1, SIMD3(-0.1, 0, 0), "axes turned by 114.6°"),
  ]

  @Test(arguments: wrong.indices) func contradictionsAreRefused(index: Int) throws {
    let (turn, scale, t, says) = Self.wrong[index]
    let rotation = Matrix3(Matrix3(rotation: turn).values.map { $0 * scale })
    let reason = Self.reason { () throws(StereoError) in
      let camera = try Self.camera()
      _ = try Rig(left: camera, right: camera, rotation: rotation, translation: t)
    }
    #expect(reason.contains(says), "\(reason)")
  }

  @Test func rigsScaleWithTheirImages() throws {
    let camera = try Self.camera()
    let rig = try Rig(left: camera, right: camera, rotation: .identity, translation: SIMD3(-0.1, 0, 0))
    let half = try #require(rig.scaled(to: PixelSize(width: 320, height: 240)))
    #expect(half.left.focalLength == SIMD2(200, 200) && half.left.principalPoint == SIMD2(159.75, 119.75))
    #expect(half.baseline == 0.1 && rig.scaled(to: PixelSize(width: 320, height: 200)) == nil)
    let other = Self.reason { () throws(StereoError) in
      let small = try Self.camera(size: PixelSize(width: 320, height: 240))
      _ = try Rig(left: camera, right: small, rotation: .identity, translation: SIMD3(-0.1, 0, 0))
    }
    #expect(other.contains("one image size"))
  }
}
