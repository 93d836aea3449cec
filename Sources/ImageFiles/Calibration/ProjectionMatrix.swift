import StereoCore

/// The 3×4 projection of a rectified camera, row by row, with the translation already multiplied by f:
///
///     f  0  cx  −f·X        X: the camera's place to the right of the reference camera, in the unit of the calibration
///     0  f  cy  −f·Y
///     0  0  1    0
///
/// KITTI, OpenCV (`P1`, `P2`) and ROS (`projection_matrix`) all write it.
struct ProjectionMatrix {
  let focalLength: Double
  let centre: (x: Double, y: Double)
  /// −f·X and −f·Y.
  let translation: (x: Double, y: Double)

  /// - Precondition: 12 numbers.
  init(_ values: [Double]) {
    precondition(values.count == 12, "ProjectionMatrix: \(values.count) numbers")
    focalLength = values[0]
    centre = (values[2], values[6])
    translation = (values[3], values[7])
  }
}

extension CalibrationText {
  /// The calibration of two rectified cameras: B = (P_left[0,3] − P_right[0,3]) / f, doffs = cx_right − cx_left.
  func calibration(
    left: ProjectionMatrix, right: ProjectionMatrix, size: PixelSize? = nil
  ) throws(FileError) -> StereoCalibration {
    let f = left.focalLength
    guard abs(right.focalLength - f) <= 1e-3 * abs(f) else {
      throw invalid(expected: "rectified cameras of one focal length", found: "\(f) and \(right.focalLength) px")
    }
    let (alongX, alongY) = (left.translation.x - right.translation.x, left.translation.y - right.translation.y)
    guard abs(alongY) <= abs(alongX) else {
      throw invalid(expected: "cameras side by side", found: "cameras one above the other")
    }
    return try calibration(
      focalLength: f, baseline: f > 0 ? alongX / f : 0, disparityOffset: right.centre.x - left.centre.x,
      centre: left.centre, size: size)
  }
}
