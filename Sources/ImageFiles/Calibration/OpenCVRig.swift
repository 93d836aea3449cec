import StereoCore

// OpenCV's `M1 D1 M2 D2 R T` in the spellings that people use.
extension CalibrationText {
  /// The rig of a FileStorage, or of two (`intrinsics.yml`, `extrinsics.yml`).
  func openCVRig() throws(FileError) -> Rig {
    let matrixNames = ["m", "k", "cameramatrix", "intrinsicmatrix", "intrinsics", "intrinsic", "mtx", "a"]
    let distortionNames = [
      "d", "distcoeffs", "distcoeff", "distortion", "distortioncoefficients", "distortioncoeffs", "dist",
      "distcoefficients",
    ]
    guard let k = OpenCVMatrices.pair(matrixNames, of: self) else {
      throw invalid(expected: "raw cameras (M1 D1 M2 D2 R T, or K1 …)", found: names(topKeys.sorted()))
    }
    let d = OpenCVMatrices.pair(distortionNames, of: self)
    guard let r = OpenCVMatrices.matrix(["r", "rotation", "rotationmatrix", "rot", "om"], of: self),
      let t = OpenCVMatrices.matrix(["t", "translation", "translationvector", "trans", "tvec"], of: self)
    else {
      throw invalid(expected: "the pose R, T of the right camera", found: names(topKeys.sorted()))
    }
    let size = try OpenCVMatrices.imageSize(of: self)
    let turn = try numbers(r.key, r.node, counts: [9, 3])
    let shift = try numbers(t.key, t.node, count: 3)
    let rotation = turn.count == 9 ? Matrix3(turn) : Matrix3(rotation: SIMD3(turn[0], turn[1], turn[2]))
    let left = try openCVCamera(k.left, d?.left, size)
    let right = try openCVCamera(k.right, d?.right, size)
    let pose = RigidMotion(rotation: rotation, translation: SIMD3(shift[0], shift[1], shift[2]))
    return try rig(left: RawCamera(camera: left, pose: .identity), right: RawCamera(camera: right, pose: pose))
  }

  private func openCVCamera(
    _ k: (key: String, node: TextTree), _ d: (key: String, node: TextTree)?, _ size: PixelSize?
  ) throws(FileError) -> RigCamera {
    var coefficients: [Double] = []
    if let d { coefficients = try numbers(d.key, d.node, counts: [1, 4, 5, 8, 12, 14]) }
    return try camera(
      k.key, size: size, intrinsics: intrinsics(k.key, matrix: numbers(k.key, k.node, count: 9)),
      distortion: distortion(model: openCVModel, coefficients, of: k.key))
  }

  /// What the file calls its lenses; four coefficients alone do not tell a fisheye from the usual model.
  private var openCVModel: String {
    let keys = ["distortionmodel", "cameramodel", "model", "lensmodel", "distortiontype", "cameratype"]
    for (_, node) in mappings {
      for member in node.members {
        let key = plainKey(member.key)
        if keys.contains(key), let text = member.value.text, !text.isEmpty { return text }
        if key == "fisheye" || key == "isfisheye", let text = member.value.text {
          if ["1", "true", "yes"].contains(text.lowercased()) { return "fisheye" }
        }
      }
    }
    return "plumb_bob"
  }
}
