import StereoCore

// Raw cameras of ORB-SLAM settings: version 3 with `Camera1`, `Camera2` and `Stereo.T_c1_c2`, version 2 with `LEFT.K` and
// so on.
extension CalibrationText {
  /// The rig of the settings.
  func orbSLAMRig(_ tree: TextTree) throws(FileError) -> Rig {
    if tree["LEFT.K"] != nil {
      return try rig(left: orbSLAM2Camera("LEFT", of: tree), right: orbSLAM2Camera("RIGHT", of: tree))
    }
    let poseKey = ["Stereo.T_c1_c2", "Tlr"].first { tree[$0] != nil }
    guard let poseKey, let matrix = tree[poseKey], tree["Camera2.fx"] != nil else {
      throw invalid(
        expected: "two raw cameras (Camera1, Camera2 and Stereo.T_c1_c2, or LEFT.K …)",
        found: "settings of \(tree["Camera.bf"] != nil || tree["Stereo.b"] != nil ? "a rectified pair" : "one camera")")
    }
    // Points of the second camera's frame in the first one's.
    let pose = RigidMotion(try numbers(poseKey, matrix, counts: [16, 12])).inverted
    let first = tree["Camera1.fx"] != nil ? "Camera1" : "Camera"
    return try rig(
      left: RawCamera(camera: orbSLAM3Camera(first, of: tree), pose: .identity),
      right: RawCamera(camera: orbSLAM3Camera("Camera2", of: tree), pose: pose))
  }

  private func orbSLAM3Camera(_ prefix: String, of tree: TextTree) throws(FileError) -> RigCamera {
    func values(_ keys: [String]) throws(FileError) -> [Double] {
      try keys.map { (key) throws(FileError) in try requiredNumber("\(prefix).\(key)", of: tree) }
    }
    let isFisheye = tree["Camera.type"]?.text?.hasPrefix("Kannala") == true
    let keys = isFisheye ? ["k1", "k2", "k3", "k4"] : ["k1", "k2", "p1", "p2"]
    var coefficients = tree["\(prefix).k1"] == nil ? [] : try values(keys)
    if !isFisheye, coefficients.count == 4, let k3 = try number("\(prefix).k3", of: tree) { coefficients.append(k3) }
    return try camera(
      prefix, size: size(number("Camera.width", of: tree), number("Camera.height", of: tree)),
      intrinsics: values(["fx", "fy", "cx", "cy"]),
      distortion: distortion(model: isFisheye ? "equidistant" : "plumb_bob", coefficients, of: prefix))
  }

  private func orbSLAM2Camera(_ side: String, of tree: TextTree) throws(FileError) -> RawCamera {
    func matrix(_ key: String, _ counts: [Int]) throws(FileError) -> [Double] {
      guard let node = tree["\(side).\(key)"] else { throw invalid(expected: "\(side).\(key)", found: "none") }
      return try numbers("\(side).\(key)", node, counts: counts)
    }
    let size = try size(number("\(side).width", of: tree), number("\(side).height", of: tree))
    let camera = try camera(
      side, size: size, intrinsics: intrinsics("\(side).K", matrix: matrix("K", [9])),
      distortion: distortion(model: "plumb_bob", matrix("D", [4, 5, 8, 12, 14]), of: side))
    let projection = try ProjectionMatrix(matrix("P", [12]), name: "\(side).P", of: self)
    return RectifiedRawCamera(camera: camera, rotation: Matrix3(try matrix("R", [9])), projection: projection).raw
  }
}
