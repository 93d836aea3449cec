import StereoCore

extension CalibrationFormat {
  /// Middlebury 2014 and ETH3D `calib.txt`: lines `name=value`, cameras as `[f 0 cx; 0 f cy; 0 0 1]`, baseline in mm.
  ///
  /// Source: Scharstein et al., *High-resolution stereo datasets with subpixel-accurate ground truth*, GCPR 2014.
  static let middlebury = CalibrationFormat(
    name: "Middlebury calib.txt", recognises: { middleburyEntries($0)["cam0"] != nil }, read: readMiddlebury)
}

/// Lines `name=value`.
private func middleburyEntries(_ text: String) -> [String: Substring] {
  var entries: [String: Substring] = [:]
  for line in text.split(whereSeparator: \.isNewline) {
    guard let sign = line.firstIndex(of: "=") else { continue }
    entries[line[..<sign].filter { !$0.isWhitespace }] = line[line.index(after: sign)...]
  }
  return entries
}

private func readMiddlebury(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let entries = middleburyEntries(text.text)
  func number(_ name: String) throws(FileError) -> Double? {
    guard let value = entries[name] else { return nil }
    return try text.numbers(name, value, count: 1)[0]
  }
  func wholeNumber(_ name: String) throws(FileError) -> Int? {
    guard let value = try number(name) else { return nil }
    guard value == value.rounded(), (0...1e6).contains(value) else {
      throw text.invalid(expected: "\(name) of 0 to 1000000", found: "\(value)")
    }
    return Int(value)
  }
  let left = try text.numbers("cam0", entries["cam0"] ?? "", count: 9)
  guard let baseline = try number("baseline") else {
    throw text.invalid(expected: "a line baseline=…, millimetres", found: entries.keys.sorted().joined(separator: ", "))
  }
  var offset = 0.0
  if let line = entries["cam1"] { offset = try text.numbers("cam1", line, count: 9)[2] - left[2] }
  if let given = try number("doffs") { offset = given }
  var size: PixelSize?
  if let width = try wholeNumber("width"), let height = try wholeNumber("height") {
    size = PixelSize(width: width, height: height)
  }
  return try text.calibration(
    focalLength: left[0], baseline: baseline / 1000, disparityOffset: offset, centre: (left[2], left[5]),
    disparityCount: wholeNumber("ndisp"), size: size)
}
