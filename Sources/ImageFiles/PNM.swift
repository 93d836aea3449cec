import StereoCore
import Tensors

extension FileFormat {
  /// Portable gray map and pixel map, ASCII (P2, P3) and binary (P5, P6), 1 to 16 bits.
  ///
  /// Source: Netpbm, pgm(5) and ppm(5). Only the first picture of a file is read.
  public static let pnm = FileFormat(
    name: "PGM/PPM", extensions: ["pgm", "ppm", "pnm"], signatures: ["P2", "P3", "P5", "P6"].map { Array($0.utf8) },
    readImage: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      let header = try PNMHeader(&cursor)
      return try header.readImage(&cursor)
    },
    readSamples: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      var header = try PNMHeader(&cursor)
      header.scales = false
      return try graySamples(header.readImage(&cursor), divisor: 1, content: content, operation: operation)
    },
    describe: { (content) throws(FileError) in
      var cursor = ByteCursor(content, operation: inspecting)
      let header = try PNMHeader(&cursor)
      var description = FileDescription(path: content.path, kind: .image, format: "PGM/PPM")
      description.size = PixelSize(width: header.width, height: header.height)
      description.add("channels", Double(header.channels))
      description.add("greatestValue", Double(header.greatest))
      return description
    })
}

/// The header of a PGM or PPM: magic, width, height, greatest value.
private struct PNMHeader {
  let isText: Bool
  let channels: Int
  let width: Int
  let height: Int
  let greatest: Int
  /// True if samples are scaled so that `greatest` becomes 255; 16-bit gray never is.
  var scales = true

  var isWide: Bool { greatest > 255 }

  /// Takes the header and the one blank after it.
  init(_ cursor: inout ByteCursor) throws(FileError) {
    let magic = cursor.word()
    isText = magic == "P2" || magic == "P3"
    channels = magic == "P2" || magic == "P5" ? 1 : 3
    width = try cursor.number("a width", in: 1...Int(Int32.max))
    height = try cursor.number("a height", in: 1...Int(Int32.max))
    try cursor.checkSize(width: width, height: height)
    greatest = try cursor.number("a greatest value", in: 1...65535)
    guard let blank = cursor.next, blank.isBlank else {
      throw cursor.invalid(expected: "samples after the header", found: "the end of the header")
    }
    cursor.skip(1)
  }

  /// Gray of more than 8 bits stays as it is, colour of more than 8 bits is scaled to 8.
  func readImage(_ cursor: inout ByteCursor) throws(FileError) -> Image {
    // Text needs a digit and a blank for every sample; so nothing is allocated for a header without samples.
    let count = width * height * channels
    let leastBytes = isText ? 2 * count - 1 : count * (isWide ? 2 : 1)
    guard cursor.remaining >= leastBytes else {
      throw cursor.invalid(expected: "at least \(leastBytes) bytes of samples", found: "\(cursor.remaining) bytes")
    }
    let format: PixelFormat = channels == 3 ? .rgb8 : isWide ? .gray16 : .gray8
    var bytes = Plane<UInt8>(uninitializedWidth: width * format.bytesPerPixel, height: height)
    for y in 0..<height {
      var row = bytes.mutableRow(y)
      for index in 0..<(width * channels) {
        let value = try sample(&cursor)
        if format == .gray16 {
          withUnsafeBytes(of: UInt16(value)) { (row[2 * index], row[2 * index + 1]) = ($0[0], $0[1]) }
        } else {
          row[index] = UInt8(scales && greatest != 255 ? (value * 255 + greatest / 2) / greatest : value)
        }
      }
    }
    return Image(format: format, bytes: bytes)
  }

  private func sample(_ cursor: inout ByteCursor) throws(FileError) -> Int {
    if isText { return try cursor.number("a sample", in: 0...greatest) }
    let value =
      isWide
      ? Int(try cursor.integer(UInt16.self, bigEndian: true)) : Int(try cursor.integer(UInt8.self))
    guard value <= greatest else {
      throw cursor.invalid(expected: "samples of at most \(greatest)", found: "\(value)")
    }
    return value
  }
}
