import StereoCore

extension CalibrationFormat {
  /// DSEC's `cam_to_cam.yaml`: event cameras 0 and 3, frame cameras 1 and 2, each raw and rectified (`camRect0` …), and a
  /// `disparity_to_depth` matrix a pair.
  ///
  /// Source: Gehrig et al., *DSEC: a stereo event camera dataset for driving scenarios*, RA-L 2021.
  static let dsec = CalibrationFormat(
    name: "DSEC cam_to_cam",
    recognises: { text in
      text.trees.contains { $0["intrinsics"]?["camRect0"] != nil || $0["disparity_to_depth"] != nil }
    },
    read: readDSEC, readRig: { (text) throws(FileError) in try text.dsecRig() })
}

private func readDSEC(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let tree = text.trees.first { $0["disparity_to_depth"] != nil }
  // `cams_12` is the matrix of cameras 1 and 2.
  var matrices: [CameraPair: TextTree.Member] = [:]
  for member in tree?["disparity_to_depth"]?.members ?? [] {
    let digits = member.key.compactMap(\.wholeNumberValue)
    if digits.count == 2 { matrices[CameraPair(left: digits[0], right: digits[1])] = member }
  }
  let frames = CameraPair(left: 1, right: 2)
  let pair = text.cameras ?? (matrices[frames] != nil ? frames : CameraPair(left: 0, right: 3))
  guard let matrix = matrices[pair] else {
    let known = matrices.keys.map(\.description).sorted()
    throw text.invalid(
      expected: "disparity_to_depth of the cameras \(pair)",
      found: known.isEmpty ? "none" : known.joined(separator: " and "))
  }
  var size: PixelSize?
  if let node = tree?["intrinsics"]?["camRect\(pair.left)"]?["resolution"] {
    let extents = try text.numbers("resolution", node, count: 2)
    size = try text.size(extents[0], extents[1])
  }
  return try text.calibration(q: text.numbers(matrix.key, matrix.value, count: 16), name: matrix.key, size: size)
}
