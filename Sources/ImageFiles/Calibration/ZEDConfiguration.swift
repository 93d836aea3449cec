import StereoCore

extension CalibrationFormat {
  /// Stereolabs' `SN*.conf`: sections `LEFT_CAM_HD`, `RIGHT_CAM_HD` … for each resolution, and `STEREO` with the pose:
  /// `Baseline`, `TY`, `TZ` (millimetres, the right camera's place) and the rotation vector `RX`, `CV`, `RZ` (radians).
  ///
  /// Source: Stereolabs, zed-open-capture.
  static let zed = CalibrationFormat(
    name: "ZED .conf",
    recognises: { text in
      text.lines.assignments["STEREO"] != nil && text.lines.assignments.keys.contains { $0.hasPrefix("LEFT_CAM_") }
    }, readRig: readZED)
}

/// The resolutions of the cameras by the names of their sections.
private let resolutions: [(name: String, size: PixelSize)] = [
  ("HD", PixelSize(width: 1280, height: 720)), ("2K", PixelSize(width: 2208, height: 1242)),
  ("FHD", PixelSize(width: 1920, height: 1080)), ("VGA", PixelSize(width: 672, height: 376)),
  ("FHD1200", PixelSize(width: 1920, height: 1200)), ("SVGA", PixelSize(width: 960, height: 600)),
]

private func readZED(_ text: CalibrationText) throws(FileError) -> Rig {
  try text.requireOnePairInOneFile()
  let sections = text.lines.assignments
  let known = resolutions.filter { sections["LEFT_CAM_\($0.name)"] != nil && sections["RIGHT_CAM_\($0.name)"] != nil }
  guard let usual = known.first else {
    throw text.invalid(
      expected: "sections LEFT_CAM_HD and RIGHT_CAM_HD or of another resolution",
      found: text.names(sections.keys.sorted()))
  }
  let (name, size) = known.first { $0.size == text.imageSize } ?? usual
  func value(_ section: String, _ key: String, isNeeded: Bool = true) throws(FileError) -> Double {
    guard let value = sections[section]?[key] else {
      if isNeeded { throw text.invalid(expected: "\(key) in section \(section)", found: "none") }
      return 0
    }
    return try text.numbers(key, value, count: 1)[0]
  }
  func camera(_ side: String) throws(FileError) -> RigCamera {
    let section = "\(side)_CAM_\(name)"
    let k = try [value(section, "fx"), value(section, "fy"), value(section, "cx"), value(section, "cy")]
    let d = try ["k1", "k2", "p1", "p2", "k3"].map { (key) throws(FileError) in
      try value(section, key, isNeeded: false)
    }
    return try text.camera(
      section, size: size, intrinsics: k, distortion: text.distortion(model: "plumb_bob", d, of: section))
  }
  let turn = SIMD3(
    try value("STEREO", "RX_\(name)", isNeeded: false), try value("STEREO", "CV_\(name)", isNeeded: false),
    try value("STEREO", "RZ_\(name)", isNeeded: false))
  // The file has the right camera's place; t is the left camera's in the right one's frame.
  let place = SIMD3(
    try value("STEREO", "Baseline"), try value("STEREO", "TY", isNeeded: false),
    try value("STEREO", "TZ", isNeeded: false))
  let pose = RigidMotion(rotation: Matrix3(rotation: turn), translation: place * -1)
  return try text.rig(
    left: RawCamera(camera: camera("LEFT"), pose: .identity), right: RawCamera(camera: camera("RIGHT"), pose: pose),
    metres: LengthUnit.millimetres.metres)
}
