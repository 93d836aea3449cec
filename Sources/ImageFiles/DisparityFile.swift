public import StereoCore
import Tensors

/// Code units of one pixel of disparity in KITTI's 16-bit PNG: disparity = code / 256.
let kittiUnitsPerPixel = 256.0

/// Reads a disparity map.
///
/// The format is chosen by content. Reals (PFM, NPY, NPZ, TIFF, FLO) are pixels, and NaN or infinite where there is none. Whole
/// numbers (PNG, PGM, NPY, NPZ, TIFF) are `code / divisor` pixels, and 0 where there is none. A file does not say why a pixel is invalid: all
/// validity bits are empty. The map's range is the least one that has all its disparities.
///
/// - Parameter divisor: code units of one pixel, for ground truth such as Middlebury's 8-bit PNG (4 for *cones*); nil: 256
///   in 16-bit PNG as KITTI has it, else 1.
/// - Throws: ``FileError``, as ``readImage(_:)``; a colour picture is no disparity map.
public func readDisparity(_ path: String, divisor: Double? = nil) throws(FileError) -> DisparityMap {
  let operation = "reading a disparity map"
  return try readDisparity(FileContent(of: path, operation: operation), divisor: divisor, operation: operation)
}

/// A disparity map from a file's bytes; as ``readDisparity(_:divisor:)``.
package func readDisparity(
  _ content: FileContent, divisor: Double? = nil, operation: String = "reading a disparity map"
) throws(FileError) -> DisparityMap {
  precondition(divisor.map { $0.isFinite && $0 > 0 } ?? true, "readDisparity: \(divisor ?? 0) units per pixel")
  var stored = try readSamples(content, operation: operation)
  let scale: Float
  switch stored.kind {
  case .real: scale = Float(1 / (divisor ?? 1))
  case .whole(let usual): scale = Float(1 / (divisor ?? usual))
  }
  let zeroIsNone = stored.kind != .real
  var (least, greatest) = (Float.infinity, -Float.infinity)
  for y in 0..<stored.values.height {
    var row = stored.values.mutableRow(y)
    for x in row.indices {
      let code = row[x]
      guard code.isFinite, !(zeroIsNone && code == 0) else {
        row[x] = .nan
        continue
      }
      let disparity = code * scale
      row[x] = disparity
      least = min(least, disparity)
      greatest = max(greatest, disparity)
    }
  }
  let range = try disparityRange(from: least, through: greatest, of: content, operation: operation)
  let validity = Plane<Validity>(width: stored.values.width, height: stored.values.height, repeating: [])
  return DisparityMap(disparities: stored.values, validity: validity, range: range)
}

/// Whether a map looks as OpenCV's matchers give it: signed whole numbers of 16 bits, 16 times the disparity.
///
/// Their pixels without disparity have (least disparity − 1) · 16: a negative multiple of 16 that is the least number and that
/// at least one pixel in 200 has. So do maps whose greatest number is no disparity, being as wide as the image.
///
/// - Throws: ``FileError``, as ``readDisparity(_:divisor:)``.
package func isSixteenTimesDisparity(_ content: FileContent, operation: String) throws(FileError) -> Bool {
  let stored = try readSamples(content, operation: operation)
  guard stored.isSigned16 else { return false }
  var (least, greatest) = (Float.infinity, -Float.infinity)
  var count = 0
  for y in 0..<stored.values.height {
    let row = stored.values.row(y)
    for x in row.indices {
      if row[x] < least { (least, count) = (row[x], 0) }
      if row[x] == least { count += 1 }
      greatest = max(greatest, row[x])
    }
  }
  if least < 0 { return least.remainder(dividingBy: 16) == 0 && 200 * count >= stored.values.count }
  return greatest >= Float(stored.values.width)
}

/// Whether a map's values are whole numbers, whose unit the format may not tell.
///
/// - Throws: ``FileError``, as ``readDisparity(_:divisor:)``.
package func holdsWholeNumbers(_ content: FileContent, operation: String) throws(FileError) -> Bool {
  try readSamples(content, operation: operation).kind != .real
}

/// One value per pixel as the file stores it, whatever its format.
func readSamples(_ content: FileContent, operation: String) throws(FileError) -> StoredSamples {
  let format = try FileFormat.of(content, operation: operation) { $0.readSamples != nil }
  guard let read = format.readSamples else { preconditionFailure("\(format.name) reads no maps") }
  return try read(content, operation)
}

private func disparityRange(
  from least: Float, through greatest: Float, of content: FileContent, operation: String
) throws(FileError) -> DisparityRange {
  guard least <= greatest else { return DisparityRange(0..<1) }
  let limit = Float(DisparityRange.greatestMagnitude)
  guard least >= -limit, greatest < limit else {
    throw .invalid(
      path: content.path, operation: operation, expected: "disparities within ±\(limit) px",
      found: "\(least) … \(greatest) px")
  }
  do throws(StereoError) {
    return try DisparityRange(Int(least.rounded(.down)), upTo: Int(greatest.rounded(.down)) + 1)
  } catch {
    throw .invalid(
      path: content.path, operation: operation,
      expected: "disparities that span at most \(DisparityRange.greatestCount) px", found: "\(least) … \(greatest) px")
  }
}

/// Writes a disparity map in the format that the path's extension names.
///
/// | extension | content | none |
/// |---|---|---|
/// | `.png` | KITTI: 16 bits, trunc(max(256 · d, 1)) as its devkit writes | 0 |
/// | `.pfm` | 32-bit reals, pixels | +inf |
/// | `.npy` | 32-bit reals, pixels | NaN |
///
/// The PNG holds 0 … 255.996 px. Disparities beyond, and negative ones, become invalid and are counted in the report.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
@discardableResult
public func writeDisparity(_ map: borrowing DisparityMap, to path: String) throws(FileError) -> WriteReport {
  // A disparity of 0 is valid and takes the code 1; negative ones stay below 1.
  try writeMap(map.disparities, to: path, operation: "writing a disparity map", limits: "0 to 255.996 px") {
    $0 >= 0 ? max($0 * 256, 1) : $0
  }
}

/// Writes a depth map in the format that the path's extension names.
///
/// | extension | content | none |
/// |---|---|---|
/// | `.png` | 16 bits, millimetres, trunc(1000 · Z + 0.5) (ROS REP-118) | 0 |
/// | `.pfm`, `.npy` | 32-bit reals, metres | NaN |
///
/// The PNG holds 0.001 … 65.535 m. Depths beyond become invalid and are counted in the report.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
@discardableResult
public func writeDepth(_ map: borrowing DepthMap, to path: String) throws(FileError) -> WriteReport {
  try writeMap(
    map.depths, to: path, operation: "writing a depth map", limits: "0.001 to 65.535 m", none: .nan
  ) { $0 * 1000 + 0.5 }
}

/// Writes confidences in the format that the path's extension names: `.png` (16 bits, 65535 · confidence, rounded), `.pfm`
/// or `.npy` (32-bit reals, 0 … 1).
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
@discardableResult
public func writeConfidence(_ map: borrowing ConfidenceMap, to path: String) throws(FileError) -> WriteReport {
  // Confidence 0 is a value of its own here, and its code is 0 as well: no pixel is lost.
  var report = try writeMap(map.values, to: path, operation: "writing a confidence map", limits: "0 to 1") {
    min(max($0, 0), 1) * 65535 + 0.5
  }
  report.validCount += report.belowLeastCount
  report.belowLeastCount = 0
  return report
}

/// Writes why pixels are not trusted: an 8-bit gray PNG whose samples are the bits of `Validity`.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
public func writeValidity(_ map: borrowing DisparityMap, to path: String) throws(FileError) {
  var bits = Plane<UInt8>(width: map.width, height: map.height, repeating: 0)
  for y in 0..<map.height {
    let source = map.validity.row(y)
    var target = bits.mutableRow(y)
    for x in target.indices { target[x] = source[x].rawValue }
  }
  try writeImage(Image(format: .gray8, bytes: bits), to: path, operation: "writing a validity map")
}

/// Writes a picture as PNG.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
public func writeImage(
  _ image: borrowing Image, to path: String, operation: String = "writing an image"
) throws(FileError) {
  _ = try FileFormat.forWriting(path, operation: operation) { $0.name == FileFormat.png.name }
  try AtomicFile.save(encodePNG(image, path: path, operation: operation), to: path, operation: operation)
}

/// Writes values as reals, or as the 16-bit codes that `code` makes of them.
private func writeMap(
  _ values: borrowing Plane<Float>, to path: String, operation: String, limits: String, none: Float? = nil,
  code: (Float) -> Float
) throws(FileError) -> WriteReport {
  let format = try FileFormat.forWriting(path, operation: operation) {
    $0.encodeReal != nil || $0.encodeInteger != nil
  }
  var report = WriteReport(path: path)
  if let encode = format.encodeReal {
    for y in 0..<values.height {
      let row = values.row(y)
      for x in row.indices where row[x].isFinite { report.validCount += 1 }
    }
    report.pixelCount = values.count
    try AtomicFile.save(encode(values, none ?? format.noDisparity), to: path, operation: operation)
  } else if let encode = format.encodeInteger {
    report.limits = limits
    var codes = Plane<UInt16>(width: values.width, height: values.height, repeating: 0)
    for y in 0..<values.height {
      let source = values.row(y)
      var target = codes.mutableRow(y)
      for x in target.indices { target[x] = report.store(code(source[x])) }
    }
    let bytes: [UInt8]
    do throws(CodecFailure) {
      bytes = try encode(codes)
    } catch {
      throw .unwritable(path: path, operation: operation, reason: error.reason)
    }
    try AtomicFile.save(bytes, to: path, operation: operation)
  }
  return report
}
