import StereoCore

extension CalibrationFormat {
  /// EuRoC's `sensor.yaml`, one camera a file: `T_BS` (body from sensor), `intrinsics`, `distortion_coefficients`.
  ///
  /// Source: Burri et al., *The EuRoC micro aerial vehicle datasets*, IJRR 2016.
  static let euroc = CalibrationFormat(
    name: "EuRoC sensor.yaml", recognises: { !sensors(of: $0).isEmpty }, readRig: readEuRoC,
    readCamera: { (text) throws(FileError) in
      let nodes = sensors(of: text)
      return nodes.count == 1 ? try text.rosLikeCamera(nodes[0], name: "the camera") : nil
    })
}

private func sensors(of text: CalibrationText) -> [TextTree] {
  text.trees.flatMap { $0.mappings() }.map(\.node).filter { $0["T_BS"] != nil && $0["intrinsics"] != nil }
}

private func readEuRoC(_ text: CalibrationText) throws(FileError) -> Rig {
  let nodes = ([text] + text.rights).flatMap { sensors(of: $0) }
  guard nodes.count == 2 else {
    throw text.invalid(
      expected: "a left and a right camera (two sensor.yaml)",
      found: "\(nodes.count) camera\(nodes.count == 1 ? "" : "s")")
  }
  func camera(_ node: TextTree, _ name: String) throws(FileError) -> RawCamera {
    let body = RigidMotion(try text.numbers("T_BS", node["T_BS"] ?? .mapping([]), count: 16))
    return RawCamera(camera: try text.rosLikeCamera(node, name: name), pose: body.inverted)
  }
  return try text.rig(left: camera(nodes[0], "the left camera"), right: camera(nodes[1], "the right camera"))
}
