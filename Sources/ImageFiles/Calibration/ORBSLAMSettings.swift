import StereoCore

extension CalibrationFormat {
  /// Settings of ORB-SLAM 2 and 3: flat keys `Camera.fx` or `Camera1.fx`, `Camera.bf` = f·B or `Stereo.b` = B.
  ///
  /// ORB-SLAM 2 rectifies by itself where the file has `LEFT.P`, and takes `Camera.fx` … for the result; so the calibration
  /// is that of the rectified pair. ORB-SLAM 3 says `Camera.type: "Rectified"`, else its cameras are raw. Source: Mur-Artal
  /// and Tardós, *ORB-SLAM2*, T-RO 2017, and the settings in the repositories.
  static let orbSLAM = CalibrationFormat(
    name: "ORB-SLAM settings",
    recognises: { text in text.trees.contains { $0["Camera.fx"] != nil || $0["Camera1.fx"] != nil } },
    read: readORBSLAM, readRig: { (text) throws(FileError) in try text.orbSLAMRig(settings(of: text)) })
}

private func settings(of text: CalibrationText) -> TextTree {
  text.trees.first { $0["Camera.fx"] != nil || $0["Camera1.fx"] != nil } ?? .mapping([])
}

private func readORBSLAM(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  try text.requireOnePairInOneFile()
  let tree = settings(of: text)
  let prefix = tree["Camera1.fx"] != nil ? "Camera1" : "Camera"
  let type = tree["Camera.type"]?.text ?? ""
  let isRaw =
    tree["Stereo.T_c1_c2"] != nil || tree["Tlr"] != nil || tree["Camera2.fx"] != nil || type.hasPrefix("Kannala")
  if isRaw && type != "Rectified" {
    throw text.invalid(
      expected: "a rectified pair",
      found: "ORB-SLAM settings of raw cameras: give them with --rig, or rectify the images first")
  }
  func number(_ key: String) throws(FileError) -> Double { try text.requiredNumber("\(prefix).\(key)", of: tree) }
  let k = try [number("fx"), 0, number("cx"), 0, number("fy"), number("cy"), 0, 0, 1]
  var left = try ProjectionMatrix(intrinsics: k, name: prefix, of: text)
  left.size = try text.size(text.number("Camera.width", of: tree), text.number("Camera.height", of: tree))
  let baseline: Double
  if let given = try text.number("Stereo.b", of: tree) {
    baseline = given
  } else if let product = try text.number("Camera.bf", of: tree) {
    baseline = product / left.focalLength.x
  } else {
    throw text.invalid(expected: "a baseline, Camera.bf or Stereo.b", found: "settings of one camera")
  }
  return try text.calibration(left: left, right: nil, baseline: baseline, offset: nil)
}
