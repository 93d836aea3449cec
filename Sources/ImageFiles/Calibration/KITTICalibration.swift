import StereoCore

extension CalibrationFormat {
  /// KITTI: lines `P0:` … `P3:` (`calib/*.txt`) or `P_rect_00:` … `P_rect_03:` (`calib_cam_to_cam`), 12 numbers each;
  /// DrivingStereo: `P_rect_101:` and `P_rect_103:`.
  ///
  /// Source: Geiger et al., *Vision meets robotics*, IJRR 2013; Yang et al., *DrivingStereo*, CVPR 2019.
  static let kitti = CalibrationFormat(
    name: "KITTI calibration", recognises: { !projections($0.lines).isEmpty || !$0.rawKITTICameras.isEmpty },
    read: readKITTI, readRig: { (text) throws(FileError) in try text.kittiRig() })
}

/// Names of the lines of projections by the number of the camera; OpenCV's `P1` and `P2` are no lines of numbers.
private func projections(_ lines: CalibrationLines) -> [Int: String] {
  var names: [Int: String] = [:]
  for (name, value) in lines.entries {
    guard let word = value.split(whereSeparator: \.isWhitespace).first, Double(word) != nil else { continue }
    for prefix in ["P_rect_", "P"] where name.hasPrefix(prefix) {
      let digits = name.dropFirst(prefix.count)
      if (1...3).contains(digits.count), digits.allSatisfy(\.isWholeNumber), let camera = Int(digits) {
        names[camera] = name
      }
    }
  }
  return names
}

extension CalibrationText {
  /// The pair that the caller asks for, or the image's folder, or the first of `usual` whose cameras are `known`.
  func pair(of known: some Collection<Int>, usual: [CameraPair]) throws(FileError) -> CameraPair {
    let numbers = Set(known)
    func isKnown(_ pair: CameraPair) -> Bool { numbers.contains(pair.left) && numbers.contains(pair.right) }
    let list = "cameras \(numbers.sorted().map(String.init).joined(separator: ", "))"
    if let cameras {
      guard isKnown(cameras) else { throw invalid(expected: "the cameras \(cameras)", found: list) }
      return cameras
    }
    if usual.contains(.colour), let image, let pair = CameraPair(ofImage: image) {
      guard isKnown(pair) else {
        throw invalid(expected: "the cameras \(pair) of \(image) (or --cameras for others)", found: list)
      }
      return pair
    }
    guard let pair = usual.first(where: isKnown) else {
      throw invalid(
        expected: "the cameras of a pair, \(usual.map { "\($0)" }.joined(separator: " or "))", found: list)
    }
    return pair
  }
}

private func readKITTI(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let names = projections(text.lines)
  let pair = try text.pair(
    of: names.keys, usual: [.gray, .colour, CameraPair(left: 101, right: 103)])
  func camera(_ number: Int) throws(FileError) -> ProjectionMatrix {
    let name = names[number] ?? ""
    var camera = try ProjectionMatrix(
      text.numbers(name, text.lines.entries[name] ?? "", count: 12), name: name, of: text)
    for sizeName in ["S_rect_\(number)", "S_rect_0\(number)"] {
      guard let line = text.lines.entries[sizeName] else { continue }
      let extents = try text.numbers(sizeName, line, count: 2)
      camera.size = try text.size(extents[0], extents[1])
    }
    return camera
  }
  return try text.calibration(left: camera(pair.left), right: camera(pair.right))
}
