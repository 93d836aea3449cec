import StereoCore

// Raw cameras of DSEC: `intrinsics` → `cam0` … `cam3`, `extrinsics` → `T_10`, `T_21`, `T_32` (to the first from the second).
extension CalibrationText {
  /// The rig of a pair; cameras 1 and 2 (frames) unless said otherwise.
  func dsecRig() throws(FileError) -> Rig {
    let tree = trees.first { $0["intrinsics"] != nil } ?? .mapping([])
    var cameras: [Int: TextTree] = [:]
    for member in tree["intrinsics"]?.members ?? [] where member.key.hasPrefix("cam") {
      if let number = Int(member.key.dropFirst(3)) { cameras[number] = member.value }
    }
    let pair = try pair(of: cameras.keys, usual: [CameraPair(left: 1, right: 2), CameraPair(left: 0, right: 3)])
    return try rig(
      left: dsecCamera(pair.left, cameras, tree), right: dsecCamera(pair.right, cameras, tree))
  }

  private func dsecCamera(_ number: Int, _ cameras: [Int: TextTree], _ tree: TextTree) throws(FileError) -> RawCamera {
    var pose = RigidMotion.identity
    for step in stride(from: 1, through: number, by: 1) {
      guard let matrix = tree["extrinsics"]?["T_\(step)\(step - 1)"] else {
        throw invalid(expected: "T_\(step)\(step - 1) in extrinsics", found: "none")
      }
      pose = RigidMotion(try numbers("T_\(step)\(step - 1)", matrix, count: 16)) * pose
    }
    let node = cameras[number] ?? .mapping([])
    let name = "cam\(number)"
    guard let k = node["camera_matrix"] else { throw invalid(expected: "camera_matrix of \(name)", found: "none") }
    var coefficients: [Double] = []
    if let values = node["distortion_coeffs"] {
      coefficients = try numbers("distortion_coeffs", values, counts: [4, 5, 8, 12, 14])
    }
    var size: PixelSize?
    if let resolution = node["resolution"] {
      let extents = try numbers("resolution", resolution, count: 2)
      size = try self.size(extents[0], extents[1])
    }
    let camera = try camera(
      name, size: size, intrinsics: numbers("camera_matrix", k, count: 4),
      distortion: distortion(model: node["distortion_model"]?.text ?? "radtan", coefficients, of: name))
    return RawCamera(camera: camera, pose: pose)
  }
}
