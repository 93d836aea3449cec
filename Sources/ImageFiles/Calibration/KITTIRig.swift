import StereoCore

// The raw cameras of KITTI's `calib_cam_to_cam.txt`: `S_00 K_00 D_00 R_00 T_00` and so on; R and T take points from the
// frame of camera 0.
extension CalibrationText {
  /// Numbers of the raw cameras of the file.
  var rawKITTICameras: [Int] {
    lines.entries.keys.compactMap { name in
      let digits = name.dropFirst(2)
      return name.hasPrefix("K_") && digits.allSatisfy(\.isWholeNumber) ? Int(digits) : nil
    }
  }

  /// The rig of a pair of the file.
  func kittiRig() throws(FileError) -> Rig {
    let numbers = rawKITTICameras
    guard !numbers.isEmpty else {
      throw invalid(expected: "raw cameras (K_00, D_00, R_00, T_00 …)", found: "rectified cameras only (--calibration)")
    }
    let pair = try pair(of: numbers, usual: [.gray, .colour, CameraPair(left: 101, right: 103)])
    return try rig(left: kittiCamera(pair.left), right: kittiCamera(pair.right))
  }

  private func kittiCamera(_ number: Int) throws(FileError) -> RawCamera {
    let suffix = number < 10 ? "0\(number)" : "\(number)"
    func values(_ name: String, _ counts: [Int]) throws(FileError) -> [Double] {
      try numbers("\(name)_\(suffix)", lines.entries["\(name)_\(suffix)"] ?? "", counts: counts)
    }
    let extents = try values("S", [2])
    let camera = try camera(
      "camera \(number)", size: size(extents[0], extents[1]),
      intrinsics: intrinsics("K_\(suffix)", matrix: values("K", [9])),
      distortion: distortion(model: "plumb_bob", values("D", [4, 5, 8, 12, 14]), of: "camera \(number)"))
    let t = try values("T", [3])
    return RawCamera(
      camera: camera,
      pose: RigidMotion(rotation: Matrix3(try values("R", [9])), translation: SIMD3(t[0], t[1], t[2])))
  }
}
