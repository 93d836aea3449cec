import StereoCore

extension CalibrationFormat {
  /// Kalibr's camchain: `cam0`, `cam1` … with `intrinsics` fu fv pu pv, `distortion_model`, `distortion_coeffs`,
  /// `resolution` and `T_cn_cnm1`, which takes points from the frame of the camera before.
  ///
  /// Source: Furgale, Rehder, Siegwart, *Unified temporal and spatial calibration*, IROS 2013, and Kalibr's wiki.
  static let kalibr = CalibrationFormat(
    name: "Kalibr camchain", recognises: { chain(of: $0) != nil }, readRig: readKalibr)
}

/// The cameras of the chain by number.
private func chain(of text: CalibrationText) -> [Int: TextTree]? {
  for tree in text.trees {
    var cameras: [Int: TextTree] = [:]
    for member in tree.members where member.key.hasPrefix("cam") && member.value["intrinsics"] != nil {
      if let number = Int(member.key.dropFirst(3)) { cameras[number] = member.value }
    }
    if !cameras.isEmpty { return cameras }
  }
  return nil
}

private func readKalibr(_ text: CalibrationText) throws(FileError) -> Rig {
  let cameras = chain(of: text) ?? [:]
  let pair = try text.pair(of: cameras.keys, usual: [CameraPair(left: 0, right: 1)])
  return try text.rig(
    left: rawCamera(pair.left, of: cameras, text), right: rawCamera(pair.right, of: cameras, text))
}

private func rawCamera(_ number: Int, of cameras: [Int: TextTree], _ text: CalibrationText) throws(FileError)
  -> RawCamera
{
  var pose = RigidMotion.identity
  // From the first camera of the file to this one.
  for step in cameras.keys.sorted().dropFirst() where step <= number {
    guard let matrix = cameras[step]?["T_cn_cnm1"] else {
      throw text.invalid(expected: "T_cn_cnm1 of cam\(step)", found: "none")
    }
    pose = RigidMotion(try text.numbers("T_cn_cnm1", matrix, count: 16)) * pose
  }
  return RawCamera(camera: try text.rosLikeCamera(cameras[number] ?? .mapping([]), name: "cam\(number)"), pose: pose)
}

extension CalibrationText {
  /// A camera with the keys that Kalibr and EuRoC share.
  func rosLikeCamera(_ node: TextTree, name: String) throws(FileError) -> RigCamera {
    let model = node["camera_model"]?.text ?? "pinhole"
    guard model == "pinhole" else {
      throw invalid(expected: "camera_model pinhole of \(name)", found: quoted(model))
    }
    guard let k = node["intrinsics"] else { throw invalid(expected: "intrinsics of \(name)", found: "none") }
    let coefficientKey = ["distortion_coeffs", "distortion_coefficients"].first { node[$0] != nil }
    let coefficients: [Double] =
      if let key = coefficientKey, let values = node[key], values.elements?.isEmpty != true {
        try numbers(key, values, counts: [1, 4, 5, 8, 12, 14])
      } else {
        []
      }
    var size: PixelSize?
    if let resolution = node["resolution"] {
      let extents = try numbers("resolution", resolution, count: 2)
      size = try self.size(extents[0], extents[1])
    }
    return try camera(
      name, size: size, intrinsics: numbers("intrinsics", k, count: 4),
      distortion: distortion(model: node["distortion_model"]?.text ?? "radtan", coefficients, of: name))
  }
}
