import StereoCore

extension CalibrationFormat {
  /// KITTI: lines `P0:` … `P3:` (`calib/*.txt`) or `P_rect_00:` … `P_rect_03:` (`calib_cam_to_cam`), 12 numbers each.
  ///
  /// Source: Geiger et al., *Vision meets robotics*, IJRR 2013.
  static let kitti = CalibrationFormat(
    name: "KITTI calibration",
    recognises: { text in
      kittiEntries(text).keys.contains { $0.hasPrefix("P_rect_0") || ["P0", "P1", "P2", "P3"].contains($0) }
    },
    read: readKITTI)
}

/// Lines `name: values`.
private func kittiEntries(_ text: String) -> [String: Substring] {
  var entries: [String: Substring] = [:]
  for line in text.split(whereSeparator: \.isNewline) {
    guard let colon = line.firstIndex(of: ":") else { continue }
    entries[line[..<colon].filter { !$0.isWhitespace }] = line[line.index(after: colon)...]
  }
  return entries
}

private func readKITTI(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let entries = kittiEntries(text.text)
  func name(_ camera: Int) -> String? { ["P\(camera)", "P_rect_0\(camera)"].first { entries[$0] != nil } }
  let wanted = text.cameras == .gray ? [0, 2] : [2, 0]
  guard let first = wanted.first(where: { name($0) != nil && name($0 + 1) != nil }),
    let left = name(first), let right = name(first + 1)
  else {
    throw text.invalid(
      expected: "the projections of a pair, P0 and P1 or P2 and P3",
      found: entries.keys.sorted().joined(separator: ", "))
  }
  var size: PixelSize?
  if let line = entries["S_rect_0\(first)"] {
    let extents = try text.numbers("S_rect_0\(first)", line, count: 2)
    if extents.allSatisfy({ (1...1e6).contains($0) }) {
      size = PixelSize(width: Int(extents[0]), height: Int(extents[1]))
    }
  }
  return try text.calibration(
    left: ProjectionMatrix(text.numbers(left, entries[left] ?? "", count: 12)),
    right: ProjectionMatrix(text.numbers(right, entries[right] ?? "", count: 12)), size: size)
}
