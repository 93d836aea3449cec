import StereoCore

extension CalibrationFormat {
  /// DepthAI's calibration of an OAK camera: JSON with `cameraData`, a list of sockets and their cameras; `extrinsics` take
  /// points to the frame of another socket, centimetres.
  ///
  /// Source: DepthAI's documentation of `CalibrationHandler`.
  static let depthAI = CalibrationFormat(
    name: "DepthAI calibration", recognises: { text in text.trees.contains { $0["cameraData"] != nil } },
    readRig: readDepthAI)
}

private func readDepthAI(_ text: CalibrationText) throws(FileError) -> Rig {
  let tree = text.trees.first { $0["cameraData"] != nil } ?? .mapping([])
  var sockets: [Int: TextTree] = [:]
  for entry in tree["cameraData"]?.elements ?? [] {
    guard let parts = entry.elements, parts.count == 2, let socket = parts[0].text.flatMap({ Int($0) }) else {
      throw text.invalid(expected: "cameraData as pairs of a socket and a camera", found: "something else")
    }
    sockets[socket] = parts[1]
  }
  var usual = [CameraPair(left: 1, right: 2)]
  if let stereo = tree["stereoRectificationData"], let left = try text.wholeSocket("leftCameraSocket", of: stereo),
    let right = try text.wholeSocket("rightCameraSocket", of: stereo)
  {
    usual.insert(CameraPair(left: left, right: right), at: 0)
  }
  let pair = try text.pair(of: sockets.keys, usual: usual)
  let left = try text.depthAICamera(pair.left, sockets[pair.left] ?? .mapping([]))
  let right = try text.depthAICamera(pair.right, sockets[pair.right] ?? .mapping([]))
  guard let motion = try text.motion(from: pair.left, to: pair.right, sockets) else {
    throw text.invalid(expected: "extrinsics from socket \(pair.left) to socket \(pair.right)", found: "none")
  }
  return try text.rig(
    left: RawCamera(camera: left, pose: .identity), right: RawCamera(camera: right, pose: motion),
    metres: LengthUnit.centimetres.metres)
}

extension CalibrationText {
  /// The number of a socket; −1, as files have it for none, is `nil`.
  fileprivate func wholeSocket(_ key: String, of node: TextTree) throws(FileError) -> Int? {
    guard let value = try number(key, of: node), value >= 0 else { return nil }
    return try whole(value, key)
  }

  fileprivate func depthAICamera(_ socket: Int, _ node: TextTree) throws(FileError) -> RigCamera {
    let name = "socket \(socket)"
    let isFisheye: Bool
    switch node["cameraType"]?.text ?? "0" {
    case "0", "PERSPECTIVE", "Perspective": isFisheye = false
    case "1", "FISHEYE", "Fisheye": isFisheye = true
    case let other: throw invalid(expected: "a perspective or fisheye camera in \(name)", found: quoted(other))
    }
    guard let k = node["intrinsicMatrix"] else { throw invalid(expected: "intrinsicMatrix of \(name)", found: "none") }
    var coefficients: [Double] = []
    if let values = node["distortionCoeff"], values.elements?.isEmpty == false {
      coefficients = try numbers("distortionCoeff", values, counts: [4, 5, 8, 12, 14])
    }
    return try camera(
      name, size: size(number("width", of: node), number("height", of: node)),
      intrinsics: intrinsics("intrinsicMatrix", matrix: numbers("intrinsicMatrix", k, count: 9)),
      distortion: distortion(
        model: isFisheye ? "fisheye" : "rational_polynomial", isFisheye ? Array(coefficients.prefix(4)) : coefficients,
        of: name))
  }

  /// The motion along the chain of extrinsics from one socket to another, lengths in centimetres.
  fileprivate func motion(from start: Int, to end: Int, _ sockets: [Int: TextTree]) throws(FileError) -> RigidMotion? {
    var links: [(from: Int, to: Int, motion: RigidMotion)] = []
    for (socket, node) in sockets {
      guard let extrinsics = node["extrinsics"], let to = try wholeSocket("toCameraSocket", of: extrinsics),
        let r = extrinsics["rotationMatrix"], r.elements?.isEmpty == false, let t = extrinsics["translation"]
      else { continue }
      let shift = SIMD3(
        try requiredNumber("x", of: t), try requiredNumber("y", of: t), try requiredNumber("z", of: t))
      let motion = RigidMotion(rotation: Matrix3(try numbers("rotationMatrix", r, count: 9)), translation: shift)
      links += [(socket, to, motion), (to, socket, motion.inverted)]
    }
    var known = [start: RigidMotion.identity]
    for _ in sockets {
      for link in links where known[link.to] == nil {
        if let before = known[link.from] { known[link.to] = link.motion * before }
      }
    }
    return known[end]
  }
}
