import StereoCore
import Tensors

extension FileFormat {
  /// Portable float map: one 32-bit real per pixel, rows from bottom to top.
  ///
  /// Source: Debevec's PFM as Middlebury uses it. The sign of the scale tells the byte order (negative: least significant
  /// byte first); its magnitude is not applied, as no stereo data set means it (mc-cnn writes −1/255 for any map). Colour
  /// files (`PF`) are refused unless all three channels are equal: Scene Flow's tools write such disparities.
  public static let pfm = FileFormat(
    name: "PFM", extensions: ["pfm"], signatures: ["Pf", "PF"].map { Array($0.utf8) },
    readSamples: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      return try PFMHeader(&cursor).readSamples(&cursor)
    },
    describe: { (content) throws(FileError) in
      var cursor = ByteCursor(content, operation: inspecting)
      let header = try PFMHeader(&cursor)
      let samples = try header.readSamples(&cursor)
      var description = FileDescription(path: content.path, kind: .map, format: "PFM")
      description.add("channels", Double(header.channels))
      description.add("byteOrder", header.isBigEndian ? "big-endian" : "little-endian")
      description.describe(samples)
      return description
    },
    encodeReal: encodePFM, noDisparity: .infinity)
}

/// The header of a PFM: `Pf`, width, height, scale; lines may end in any way and have blanks and comments.
private struct PFMHeader {
  let channels: Int
  let width: Int
  let height: Int
  let isBigEndian: Bool

  /// Takes the header and what separates it from the samples.
  init(_ cursor: inout ByteCursor) throws(FileError) {
    channels = cursor.word() == "PF" ? 3 : 1
    width = try cursor.number("a width", in: 1...Int(Int32.max))
    height = try cursor.number("a height", in: 1...Int(Int32.max))
    try cursor.checkSize(width: width, height: height)
    let text = cursor.word()
    guard let scale = Double(text), scale.isFinite, scale != 0 else {
      throw cursor.invalid(expected: "a scale other than 0", found: quoted(text))
    }
    isBigEndian = scale > 0
    // One blank ends the header. More of them, as in "\r\n" or " \n", belong to it only if there are bytes to spare:
    // the first sample may begin with the same bytes.
    var last: UInt8 = 0
    while let byte = cursor.next, byte.isBlank, last != 10, last == 0 || cursor.remaining > byteCount {
      last = byte
      cursor.skip(1)
    }
    try cursor.checkBytes(byteCount)
  }

  /// Bytes of the samples.
  var byteCount: Int { width * height * channels * 4 }

  func readSamples(_ cursor: inout ByteCursor) throws(FileError) -> StoredSamples {
    var values = Plane<Float>(uninitializedWidth: width, height: height)
    var isGray = true
    for y in (0..<height).reversed() {
      var row = values.mutableRow(y)
      cursor.forEachSample(UInt32.self, count: width * channels, bigEndian: isBigEndian) { index, bits in
        let value = Float(bitPattern: bits)
        if index % channels == 0 {
          row[index / channels] = value
        } else if row[index / channels] != value && value == value {
          isGray = false
        }
      }
    }
    guard isGray else { throw cursor.invalid(expected: "one channel", found: "a colour PFM") }
    return StoredSamples(values: values, kind: .real)
  }
}

/// Encodes as `Pf`, least significant byte first.
private func encodePFM(_ values: borrowing Plane<Float>, none: Float) -> [UInt8] {
  var bytes = Array("Pf\n\(values.width) \(values.height)\n-1.0\n".utf8)
  bytes.reserveCapacity(bytes.count + values.count * 4)
  for y in (0..<values.height).reversed() { appendReals(values.row(y), none: none, to: &bytes) }
  return bytes
}

/// Appends reals with the least significant byte first; those that are not finite become `none`.
func appendReals(_ row: borrowing Span<Float>, none: Float, to bytes: inout [UInt8]) {
  for x in row.indices {
    let value = row[x].isFinite ? row[x] : none
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
