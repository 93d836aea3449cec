import StereoCore

extension CalibrationFormat {
  /// OpenCV FileStorage (YAML, XML, JSON), as its sample `stereo_calib` writes, at any level: `P1` and `P2`, or `Q`.
  ///
  /// `Q` maps (x, y, d, 1) to homogeneous points: f = Q[2,3], B = 1 / Q[3,2], doffs = Q[3,3] / Q[3,2], cx = −Q[0,3],
  /// cy = −Q[1,3]. Source: OpenCV, `stereoRectify`. The file does not say its unit of length; it is taken as metres, so a
  /// chessboard must have been measured in metres, or the unit be given.
  static let openCV = CalibrationFormat(
    name: "OpenCV calibration",
    recognises: { text in
      guard !text.trees.isEmpty else { return false }
      return text.text.firstRange(of: "opencv") != nil || text.text.hasPrefix("%YAML")
        || OpenCVMatrices.matrix(["q"], of: text) != nil
        || OpenCVMatrices.pair(["p", "projectionmatrix", "m", "k", "cameramatrix"], of: text) != nil
    },
    read: readOpenCV, readRig: { (text) throws(FileError) in try text.openCVRig() })
}

private func readOpenCV(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  if let cameras = text.cameras {
    throw text.invalid(expected: "several pairs (--cameras \(cameras))", found: "one pair")
  }
  let size = try OpenCVMatrices.imageSize(of: text)
  var fromProjections: StereoCalibration?
  if let (left, right) = OpenCVMatrices.pair(["p", "projectionmatrix", "projection"], of: text) {
    var cameras: [ProjectionMatrix] = []
    for (name, node) in [left, right] {
      cameras.append(try ProjectionMatrix(text.numbers(name, node, count: 12), name: name, of: text))
      cameras[cameras.count - 1].size = size
    }
    fromProjections = try text.calibration(left: cameras[0], right: cameras[1])
  }
  guard let (name, node) = OpenCVMatrices.matrix(["q", "disparitytodepth", "disparitytodepthmatrix"], of: text) else {
    if let fromProjections { return fromProjections }
    let isRaw = OpenCVMatrices.pair(["m", "k", "cameramatrix"], of: text) != nil
    throw text.invalid(
      expected: "a rectified pair: Q, or P1 and P2 (OpenCV's extrinsics.yml)",
      found: isRaw
        ? "raw cameras: give them with --rig, or rectify the images first" : text.names(text.topKeys.sorted()))
  }
  let calibration = try text.calibration(q: text.numbers(name, node, count: 16), name: name, size: size)
  guard let fromProjections else { return calibration }
  let agree =
    abs(fromProjections.focalLength - calibration.focalLength) <= 1e-3 * calibration.focalLength
    && abs(fromProjections.baseline - calibration.baseline) <= 1e-3 * calibration.baseline
    && abs(fromProjections.disparityOffset - calibration.disparityOffset) <= 0.5
  guard agree else {
    func numbers(_ c: StereoCalibration) -> String { "f \(c.focalLength), B \(c.baseline), doffs \(c.disparityOffset)" }
    throw text.invalid(
      expected: "\(name) as the projections say, \(numbers(fromProjections))", found: numbers(calibration))
  }
  return fromProjections
}

extension CalibrationText {
  /// The calibration that a 4×4 matrix from disparity to space says.
  func calibration(q: [Double], name: String, size: PixelSize?) throws(FileError) -> StereoCalibration {
    guard q[14] != 0 else { throw invalid(expected: "a baseline, \(name)[3,2] = 1 / B", found: "0") }
    let zeros = [q[1], q[2], q[4], q[6], q[8], q[9], q[10], q[12], q[13]]
    guard zeros.allSatisfy({ abs($0) <= 1e-9 }), q[0] > 0, q[5] > 0 else {
      throw invalid(
        expected: "\(name) as 1 0 0 −cx, 0 1 0 −cy, 0 0 0 f, 0 0 1/B doffs/B", found: "other numbers in the places of 0"
      )
    }
    let (fx, fy) = (q[11] / q[0], q[11] / q[5])
    var left = try ProjectionMatrix(
      intrinsics: [fx, 0, -q[3] / q[0], 0, fy, -q[7] / q[5], 0, 0, 1], name: name, of: self)
    left.size = size
    return try calibration(left: left, right: nil, baseline: q[0] / q[14], offset: q[15] / q[14])
  }
}
