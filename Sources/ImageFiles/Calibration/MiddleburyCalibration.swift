import StereoCore

extension CalibrationFormat {
  /// Middlebury 2014 and ETH3D `calib.txt`: lines `name=value`, cameras as `[f 0 cx; 0 f cy; 0 0 1]`, baseline in mm.
  ///
  /// Source: Scharstein et al., *High-resolution stereo datasets with subpixel-accurate ground truth*, GCPR 2014.
  static let middlebury = CalibrationFormat(
    name: "Middlebury calib.txt", recognises: { $0.lines.plain["cam0"] != nil }, read: readMiddlebury)
}

private func readMiddlebury(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  try text.requireOnePairInOneFile()
  let values = text.lines.plain
  func number(_ name: String) throws(FileError) -> Double? {
    guard let value = values[name] else { return nil }
    return try text.numbers(name, value, count: 1)[0]
  }
  func camera(_ name: String) throws(FileError) -> ProjectionMatrix? {
    guard let value = values[name] else { return nil }
    return try ProjectionMatrix(intrinsics: text.numbers(name, value, count: 9), name: name, of: text)
  }
  guard var left = try camera("cam0"), let baseline = try number("baseline") else {
    throw text.invalid(expected: "a line baseline=…, millimetres", found: text.names(values.keys.sorted()))
  }
  left.size = try text.size(number("width"), number("height"))
  let count: Int? = if let value = try number("ndisp") { try text.whole(value, "ndisp") } else { nil }
  return try text.calibration(
    left: left, right: camera("cam1"), baseline: baseline, offset: number("doffs"), disparityCount: count,
    metres: LengthUnit.millimetres.metres)
}
