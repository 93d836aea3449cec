/// Two raw cameras and how they stand to each other, before rectification.
///
/// The pose is that of the right camera: a point at x in the left camera's frame is at R · x + t in the right one's (X to the
/// right, Y down, Z ahead, metres).
public struct Rig: Equatable, Sendable {
  /// The left camera, the reference.
  public let left: RigCamera
  /// The right camera.
  public let right: RigCamera
  /// R: directions of the left camera's frame in the right one's.
  public let rotation: Matrix3
  /// t: the left camera's place in the right one's frame, metres.
  public let translation: SIMD3<Double>

  /// - Parameters:
  ///   - left: the left camera.
  ///   - right: the right camera.
  ///   - rotation: R; what rounding in files left is taken away.
  ///   - translation: t, metres.
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` if R is no rotation or t is 0 or not finite, and if the right
  ///   camera does not stand to the right of the left one, looking the same way.
  public init(left: RigCamera, right: RigCamera, rotation: Matrix3, translation: SIMD3<Double>) throws(StereoError) {
    func invalid(_ expected: String, _ found: String) -> StereoError {
      .invalidCalibration(reason: "expected \(expected), found \(found)")
    }
    guard left.size == right.size else {
      throw invalid("cameras of one image size", "\(left.size) and \(right.size)")
    }
    let distance = rotation.distanceFromRotation
    guard distance <= 1e-3, rotation.determinant > 0 else {
      throw invalid("a rotation R (R Rᵀ = 1, no mirror)", "one that is off by \(distance)")
    }
    guard translation.x.isFinite, translation.y.isFinite, translation.z.isFinite, translation.length > 0 else {
      throw invalid("a baseline (a translation that is not 0)", "\(translation.x) \(translation.y) \(translation.z)")
    }
    self.left = left
    self.right = right
    self.rotation = rotation.nearestRotation
    self.translation = translation
    let turn = self.rotation.rotationVector.length * 180 / .pi
    guard turn < 90 else { throw invalid("cameras that look the same way", "axes turned by \(Self.rounded(turn))°") }
    // In the frame half-way between the two cameras, as rectification takes it.
    let half = Matrix3(rotation: self.rotation.rotationVector * -0.5) * translation
    guard abs(half.x) > abs(half.y) || abs(half.z) > abs(half.y) else {
      throw invalid("cameras side by side", "cameras one above the other, whose images must be turned by 90° first")
    }
    guard abs(half.x) > abs(half.z) else { throw invalid("cameras side by side", "one camera before the other") }
    guard half.x < 0 else {
      throw invalid("the right camera to the right of the left one", "it to the left: exchange the cameras (--cameras)")
    }
  }

  /// Distance of the camera centres, metres.
  public var baseline: Double { translation.length }

  /// The rig for images scaled to another size; `nil` for other proportions.
  public func scaled(to size: PixelSize) -> Rig? {
    guard let left = left.scaled(to: size), let right = right.scaled(to: size) else { return nil }
    return try? Rig(left: left, right: right, rotation: rotation, translation: translation)
  }

  private static func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
