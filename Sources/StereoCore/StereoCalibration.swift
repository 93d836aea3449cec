/// What turns a disparity into a depth: Z = f · B / (d + doffs).
///
/// Source: Middlebury 2014 calibration files; KITTI and ROS have doffs = 0.
public struct StereoCalibration: Equatable, Sendable {
  /// Focal length f of the rectified cameras along a row, pixels.
  public let focalLength: Double
  /// Focal length along a column, pixels; another one than ``focalLength`` where pixels are not square.
  public let verticalFocalLength: Double
  /// Distance B of the camera centres, metres.
  public let baseline: Double
  /// Difference of the principal points cx_right − cx_left, pixels: infinity has disparity −doffs.
  public let disparityOffset: Double
  /// Principal point of the left image, pixels from the centre of the upper left pixel; needed for points in space only.
  public private(set) var principalPoint: PrincipalPoint?
  /// Number of disparities that the scene needs, if the file says so (Middlebury's `ndisp`).
  public let disparityCount: Int?
  /// Size of the images it was made for, if the file says so.
  public let imageSize: PixelSize?

  /// Where the optical axis meets the image, pixels.
  public struct PrincipalPoint: Equatable, Sendable {
    /// Column.
    public let x: Double
    /// Row.
    public let y: Double

    /// - Parameters:
    ///   - x: column, pixels.
    ///   - y: row, pixels.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// - Parameter verticalFocalLength: focal length along a column; `nil`: pixels are square.
  /// - Throws: ``StereoError/invalidCalibration(reason:)`` if a focal length or the baseline is not a positive number or
  ///   the offset is not finite.
  public init(
    focalLength: Double, verticalFocalLength: Double? = nil, baseline: Double, disparityOffset: Double = 0,
    principalPoint: PrincipalPoint? = nil, disparityCount: Int? = nil, imageSize: PixelSize? = nil
  ) throws(StereoError) {
    for f in [focalLength, verticalFocalLength ?? focalLength] where !(f.isFinite && f > 0) {
      throw .invalidCalibration(reason: "expected a positive focal length in pixels, found \(f)")
    }
    guard baseline.isFinite, baseline > 0 else {
      throw .invalidCalibration(reason: "expected a positive baseline in metres, found \(baseline)")
    }
    guard disparityOffset.isFinite else {
      throw .invalidCalibration(reason: "expected a finite disparity offset in pixels, found \(disparityOffset)")
    }
    if let point = principalPoint, !(point.x.isFinite && point.y.isFinite) {
      throw .invalidCalibration(reason: "expected a finite principal point, found (\(point.x), \(point.y))")
    }
    self.focalLength = focalLength
    self.verticalFocalLength = verticalFocalLength ?? focalLength
    self.baseline = baseline
    self.disparityOffset = disparityOffset
    self.principalPoint = principalPoint
    self.disparityCount = disparityCount.flatMap { $0 > 0 ? $0 : nil }
    self.imageSize = imageSize
  }

  /// The same calibration with the centre of images of `size` as principal point, where it has none.
  public func withPrincipalPoint(for size: PixelSize) -> StereoCalibration {
    var complete = self
    complete.principalPoint =
      principalPoint ?? PrincipalPoint(x: Double(size.width - 1) / 2, y: Double(size.height - 1) / 2)
    return complete
  }

  /// Depth of a disparity, metres; NaN if the disparity is not finite or d + doffs is not positive.
  ///
  /// With doffs ≠ 0 a disparity d ≤ 0 can be valid, so the test is on the sum.
  public func depth(ofDisparity disparity: Float) -> Float {
    let parallax = Double(disparity) + disparityOffset
    guard disparity.isFinite, parallax > 0 else { return .nan }
    return Float(focalLength * baseline / parallax)
  }
}
