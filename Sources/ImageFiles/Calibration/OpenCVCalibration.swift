import StereoCore
internal import Yams

extension CalibrationFormat {
  /// OpenCV FileStorage YAML as its sample `stereo_calib` writes: `Q`, or else `P1` and `P2`.
  ///
  /// `Q` maps (x, y, d, 1) to homogeneous points: f = Q[2,3], B = 1 / Q[3,2], doffs = Q[3,3] / Q[3,2], cx = −Q[0,3],
  /// cy = −Q[1,3]. Source: OpenCV, `stereoRectify`. The file does not say its unit of length; it is taken as metres, so a
  /// chessboard must have been measured in metres.
  static let openCV = CalibrationFormat(
    name: "OpenCV YAML", recognises: { $0.hasPrefix("%YAML") || $0.firstRange(of: "opencv-matrix") != nil },
    read: readOpenCV)
}

private func readOpenCV(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let nodes = try text.yamlDocuments()
  func matrix(_ name: String) -> Node? { nodes.lazy.compactMap { $0.mapping?[Node(name)] }.first }
  if let node = matrix("Q") {
    let q = try text.numbers("Q", node, count: 16)
    guard q[14] != 0 else { throw text.invalid(expected: "a baseline, Q[3,2] = 1 / B", found: "0") }
    return try text.calibration(
      focalLength: q[11], baseline: 1 / q[14], disparityOffset: q[15] / q[14], centre: (-q[3], -q[7]))
  }
  guard let left = matrix("P1"), let right = matrix("P2") else {
    throw text.invalid(expected: "Q, or P1 and P2 (OpenCV's extrinsics.yml)", found: "neither")
  }
  return try text.calibration(
    left: ProjectionMatrix(text.numbers("P1", left, count: 12)),
    right: ProjectionMatrix(text.numbers("P2", right, count: 12)))
}
