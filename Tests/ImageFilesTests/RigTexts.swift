import StereoCore

/// One rig in the words of every format: f (458, 457) and (450, 451), a distortion of four coefficients, 752×480, the right
/// camera 0.11 m to the right.
enum RigTexts {
  static let rotation = Matrix3(rotation: SIMD3(0.01, -0.02, 0.03))
  static let translation = SIMD3(-0.11, 0.002, -0.001)
  static let k = [[458.0, 457, 367, 248], [450, 451, 379, 255]]
  static let d = [[-0.28, 0.07, 0.0002, 0.00001], [-0.27, 0.06, -0.0001, 0.00003]]

  /// Points of the first frame in the second, 16 numbers.
  static func matrix(_ r: Matrix3, _ t: SIMD3<Double>) -> [Double] {
    let v = r.values
    return [v[0], v[1], v[2], t.x, v[3], v[4], v[5], t.y, v[6], v[7], v[8], t.z, 0, 0, 0, 1]
  }
  static let rightFromLeft = matrix(rotation, translation)
  static let leftFromRight = matrix(rotation.transposed, (rotation.transposed * translation) * -1)

  static func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
  static func words(_ values: [Double]) -> String { values.map { "\($0)" }.joined(separator: " ") }
  static func full(_ k: [Double]) -> [Double] { [k[0], 0, k[2], 0, k[1], k[3], 0, 0, 1] }
  static func rows(_ values: [Double], _ columns: Int) -> String {
    stride(from: 0, to: values.count, by: columns).map { words(Array(values[$0..<$0 + columns])) }
      .joined(separator: "\n")
  }

  static func openCV(_ names: [String], model: String = "") -> String {
    let values = [full(k[0]), d[0], full(k[1]), d[1], rotation.values, [translation.x, translation.y, translation.z]]
    return "%YAML:1.0\n---\nimage_width: 752\nimage_height: 480\n\(model)"
      + zip(names, values).map {
        "\($0): !!opencv-matrix\n   rows: 1\n   cols: \($1.count)\n   dt: d\n   data: \(list($1))\n"
      }
      .joined()
  }

  static func kalibr(model: String = "radtan", cameras: [Int] = [0, 1]) -> String {
    zip(cameras, [0, 1]).map { number, side in
      "cam\(number):\n  camera_model: pinhole\n  intrinsics: \(list(k[side]))\n  distortion_model: \(model)\n"
        + "  distortion_coeffs: \(list(d[side]))\n  resolution: [752, 480]\n  rostopic: /cam\(number)/image_raw\n"
        + (side == 0
          ? "" : "  T_cn_cnm1:\n" + (0..<4).map { "  - \(list(Array(rightFromLeft[$0 * 4..<$0 * 4 + 4])))\n" }.joined())
    }.joined()
  }

  /// EuRoC: the body's frame is neither camera's.
  static func euroc(_ side: Int) -> String {
    let (turn, place) = (Matrix3(rotation: SIMD3(0.1, 1.5, -0.2)), SIMD3(-0.02, 0.06, 0.01))
    let sensor =
      side == 0
      ? matrix(turn, place)
      : matrix(turn * rotation.transposed, turn * ((rotation.transposed * translation) * -1) + place)
    return
      "%YAML:1.0\n#Default\nsensor_type: camera\ncomment: cam\(side)\n\nT_BS:\n  cols: 4\n  rows: 4\n  data: \(list(sensor))\n"
      + "rate_hz: 20\nresolution: [752, 480]\ncamera_model: pinhole\nintrinsics: \(list(k[side])) #fu, fv, cu, cv\n"
      + "distortion_model: radial-tangential\ndistortion_coefficients: \(list(d[side]))\n"
  }

  static func kitti(_ cameras: [Int]) -> String {
    "calib_time: 09-Jan-2012 13:57:47\n"
      + cameras.enumerated().map { side, number in
        let r = side == 0 ? Matrix3.identity : rotation
        let t = side == 0 ? [0, 0, 0] : [translation.x, translation.y, translation.z]
        return
          "S_0\(number): 7.52e+02 4.8e+02\nK_0\(number): \(words(full(k[side])))\nD_0\(number): \(words(d[side] + [0]))\n"
          + "R_0\(number): \(words(r.values))\nT_0\(number): \(words(t))\n"
      }.joined()
  }

  /// Lines of keys and numbers.
  static func lines(_ prefix: String, _ keys: [String], _ values: [Double], sign: String) -> String {
    zip(keys, values).map { "\(prefix)\($0)\(sign)\($1)\n" }.joined()
  }

  static let orbSLAM3: String = {
    let keys = ["fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2"]
    let first = lines("Camera1.", keys, k[0] + d[0], sign: ": ")
    let second = lines("Camera2.", keys, k[1] + d[1], sign: ": ")
    return """
      %YAML:1.0
      File.version: "1.0"
      Camera.type: "PinHole"
      \(first)\(second)Camera.width: 752
      Camera.height: 480
      Stereo.ThDepth: 60.0
      Stereo.T_c1_c2: !!opencv-matrix
        rows: 4
        cols: 4
        dt: f
        data: \(list(leftFromRight))

      """
  }()

  static let depthAI: String = {
    func camera(_ side: Int, extrinsics: String) -> String {
      let matrix = full(k[side])
      let rows = (0..<3).map { list(Array(matrix[$0 * 3..<$0 * 3 + 3])) }.joined(separator: ",")
      return "{\"cameraType\": 0, \"width\": 752, \"height\": 480, \"intrinsicMatrix\": [\(rows)],"
        + "\"distortionCoeff\": \(list(d[side] + [Double](repeating: 0, count: 10))), \"extrinsics\": \(extrinsics)}"
    }
    let r = rotation.values
    let rows = (0..<3).map { list(Array(r[$0 * 3..<$0 * 3 + 3])) }.joined(separator: ",")
    let t = translation * 100
    let link =
      "{\"rotationMatrix\": [\(rows)], \"translation\": {\"x\": \(t.x), \"y\": \(t.y), \"z\": \(t.z)},"
      + "\"specTranslation\": {\"x\": -11, \"y\": 0, \"z\": 0}, \"toCameraSocket\": 2}"
    let end = "{\"rotationMatrix\": [], \"translation\": {\"x\": 0, \"y\": 0, \"z\": 0}, \"toCameraSocket\": -1}"
    return
      "{\"boardName\": \"OAK-D\", \"cameraData\": [[2, \(camera(1, extrinsics: end))], [1, \(camera(0, extrinsics: link))]],"
      + "\"stereoRectificationData\": {\"leftCameraSocket\": 1, \"rightCameraSocket\": 2}}"
  }()

  static let zed: String = {
    let turn = rotation.rotationVector
    func camera(_ name: String, _ side: Int, _ scale: Double) -> String {
      let numbers = lines("", ["fx", "fy", "cx", "cy"], k[side].map { $0 * scale }, sign: "=")
      let coefficients = lines("", ["k1", "k2", "p1", "p2"], d[side], sign: "=")
      return "[\(name)]\n\(numbers)\(coefficients)\n"
    }
    let cameras = [
      camera("LEFT_CAM_HD", 0, 1), camera("RIGHT_CAM_HD", 1, 1), camera("LEFT_CAM_VGA", 0, 0.5),
      camera("RIGHT_CAM_VGA", 1, 0.5),
    ]
    let turns = ["HD", "VGA"].map { "CV_\($0)=\(turn.y)\nRX_\($0)=\(turn.x)\nRZ_\($0)=\(turn.z)\n" }
    return cameras.joined() + "[STEREO]\nBaseline=110\nTY=-2\nTZ=1\n" + turns.joined()
  }()

  static let dsec: String = {
    func camera(_ number: Int, _ side: Int) -> String {
      "  cam\(number):\n    camera_matrix: \(list(k[side]))\n    distortion_coeffs: \(list(d[side]))\n"
        + "    distortion_model: radtan\n    resolution: [752, 480]\n"
    }
    func motion(_ name: String, _ values: [Double]) -> String {
      "  \(name):\n" + (0..<4).map { "  - \(list(Array(values[$0 * 4..<$0 * 4 + 4])))\n" }.joined()
    }
    let still = matrix(.identity, SIMD3(-0.02, 0, 0))
    return "intrinsics:\n" + camera(1, 0) + camera(2, 1) + "  camRect0:\n    camera_matrix: [1, 1, 1, 1]\nextrinsics:\n"
      + motion("T_10", still) + motion("T_21", rightFromLeft)
  }()

  // MARK: - Files that tell the raw and the rectified camera

  /// The turns into the rectified frame that ROS and others give instead of a pose: R = R2ᵀ R1, t = R2ᵀ (−B, 0, 0).
  static let turns: (left: Matrix3, right: Matrix3) = {
    let axis = (translation / translation.length) * -1
    // The right camera's x axis is the baseline.
    let y = SIMD3(-axis.y, axis.x, 0) / (axis.x * axis.x + axis.y * axis.y).squareRoot()
    let z = SIMD3(axis.y * y.z - axis.z * y.y, axis.z * y.x - axis.x * y.z, axis.x * y.y - axis.y * y.x)
    let right = Matrix3([axis.x, axis.y, axis.z, y.x, y.y, y.z, z.x, z.y, z.z])
    return (right * rotation, right)
  }()

  static func projection(_ side: Int) -> [Double] {
    let baseline = (translation * translation).sum().squareRoot()
    return [440, 0, 360, side == 0 ? 0 : -440 * baseline, 0, 440, 240, 0, 0, 0, 1, 0]
  }

  static func ros(binning: Int = 1) -> String {
    [0, 1].map { side in
      let turn = side == 0 ? turns.left : turns.right
      return "image_width: 752\nimage_height: 480\ncamera_name: c\nbinning_x: \(binning)\nbinning_y: \(binning)\n"
        + "camera_matrix:\n  rows: 3\n  cols: 3\n  data: \(list(full(k[side])))\ndistortion_model: plumb_bob\n"
        + "distortion_coefficients:\n  rows: 1\n  cols: 5\n  data: \(list(d[side] + [0]))\n"
        + "rectification_matrix:\n  rows: 3\n  cols: 3\n  data: \(list(turn.values))\n"
        + "projection_matrix:\n  rows: 3\n  cols: 4\n  data: \(list(projection(side)))\n"
    }.joined(separator: "---\n")
  }

  static let ost: String = [0, 1].map { side in
    let turn = side == 0 ? turns.left : turns.right
    return "# oST version 5.0 parameters\n\n\n[image]\n\nwidth\n752\n\nheight\n480\n\n[narrow_stereo]\n\n"
      + "camera matrix\n\(rows(full(k[side]), 3))\n\ndistortion\n\(words(d[side] + [0]))\n\n"
      + "rectification\n\(rows(turn.values, 3))\n\nprojection\n\(rows(projection(side), 4))\n\n"
  }.joined()

  static let orbSLAM2: String = {
    func camera(_ name: String, _ side: Int, _ turn: Matrix3) -> String {
      let matrices: [(String, [Double])] = [
        ("D", d[side] + [0]), ("K", full(k[side])), ("R", turn.values), ("P", projection(side)),
      ]
      let texts = matrices.map { key, values in
        "\(name).\(key): !!opencv-matrix\n   rows: 1\n   cols: \(values.count)\n   dt: d\n   data: \(list(values))\n"
      }
      return "\(name).height: 480\n\(name).width: 752\n" + texts.joined()
    }
    let head = lines(
      "Camera.", ["fx", "fy", "cx", "cy", "bf", "width", "height"], [440, 440, 360, 240, 48.4, 752, 480], sign: ": ")
    return "%YAML:1.0\n" + head + camera("LEFT", 0, turns.left) + camera("RIGHT", 1, turns.right)
  }()
}
