import StereoCore
import Tensors

extension FileFormat {
  /// Netpbm's pictures: bit, gray and pixel maps, ASCII (P1, P2, P3) and binary (P4, P5, P6), and PAM (P7), 1 to 16 bits.
  ///
  /// Source: Netpbm, pbm(5), pgm(5), ppm(5) and pam(5). Only the first picture of a file is read. A greatest value above 255
  /// other than 65535, which many programs write whatever the camera delivered, declares what is white.
  public static let pnm = FileFormat(
    name: "PGM/PPM/PAM", extensions: ["pgm", "ppm", "pnm", "pam", "pbm"],
    signatures: (1...7).flatMap { kind in [10, 13, 32, 9, 35].map { Array("P\(kind)".utf8) + [$0] } },
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
      var description = FileDescription(path: content.path, kind: .image, format: header.kind == 7 ? "PAM" : "PGM/PPM")
      description.size = PixelSize(width: header.width, height: header.height)
      description.add("channels", Double(header.channels))
      description.add("greatestValue", Double(header.greatest))
      // Reading it all shows damage.
      description.add("readAs", try header.readImage(&cursor).format.rawValue)
      return description
    })
}

/// The header of one of Netpbm's pictures: magic, width, height, channels, greatest value.
private struct PNMHeader {
  /// The digit of the magic, 1 … 7.
  let kind: Int
  let channels: Int
  let width: Int
  let height: Int
  let greatest: Int
  /// True if samples are scaled so that `greatest` becomes 255; those of 16 bits never are.
  var scales = true

  var isWide: Bool { greatest > 255 }
  var isText: Bool { kind <= 3 }
  /// Bits and not samples, 1 is black.
  var isBitmap: Bool { kind == 1 || kind == 4 }

  /// Takes the header and the one blank after it.
  init(_ cursor: inout ByteCursor) throws(FileError) {
    kind = Int(cursor.word().dropFirst()) ?? 0
    if kind == 7 {
      (width, height, channels, greatest) = try Self.readPAM(&cursor)
    } else {
      channels = kind == 3 || kind == 6 ? 3 : 1
      width = try cursor.number("a width", in: 1...Int(Int32.max))
      height = try cursor.number("a height", in: 1...Int(Int32.max))
      greatest = kind == 1 || kind == 4 ? 1 : try cursor.number("a greatest value", in: 1...65535)
    }
    try cursor.checkSize(width: width, height: height)
    guard let blank = cursor.next, blank.isBlank else {
      throw cursor.invalid(expected: "samples after the header", found: "the end of the header")
    }
    cursor.skip(1)
  }

  /// The lines of a PAM up to `ENDHDR`, in any order. The last of two or four channels is alpha.
  private static func readPAM(
    _ cursor: inout ByteCursor
  ) throws(FileError) -> (width: Int, height: Int, channels: Int, greatest: Int) {
    let limits = ["WIDTH": Int(Int32.max), "HEIGHT": Int(Int32.max), "DEPTH": 4, "MAXVAL": 65535]
    var values: [String: Int] = [:]
    while true {
      let key = cursor.word()
      if key == "ENDHDR" { break }
      if key == "TUPLTYPE" {
        // It tells in words what the number of channels tells.
        _ = cursor.word()
        continue
      }
      guard let limit = limits[key] else {
        throw cursor.invalid(
          expected: "WIDTH, HEIGHT, DEPTH, MAXVAL, TUPLTYPE or ENDHDR",
          found: key.isEmpty ? "the end of the file" : quoted(key))
      }
      values[key] = try cursor.number(key, in: 1...limit)
    }
    guard let width = values["WIDTH"], let height = values["HEIGHT"], let depth = values["DEPTH"],
      let greatest = values["MAXVAL"]
    else { throw cursor.invalid(expected: "WIDTH, HEIGHT, DEPTH and MAXVAL", found: "\(values.keys.sorted())") }
    return (width, height, depth, greatest)
  }

  private var format: PixelFormat {
    channels <= 2 ? (isWide ? .gray16 : .gray8) : (isWide ? .rgb16 : .rgb8)
  }

  /// Samples of more than 8 bits stay as they are.
  func readImage(_ cursor: inout ByteCursor) throws(FileError) -> Image {
    if kind == 4 { return try readBits(&cursor) }
    // Text needs a digit and a blank for every sample, bits as text only the digit; so nothing is allocated for a header
    // without samples.
    let count = width * height * channels
    let leastBytes = kind == 1 ? count : isText ? 2 * count - 1 : count * (isWide ? 2 : 1)
    guard cursor.remaining >= leastBytes else {
      throw cursor.invalid(expected: "at least \(leastBytes) bytes of samples", found: "\(cursor.remaining) bytes")
    }
    let format = format
    let kept = format.isColour ? 3 : 1
    var bytes = Plane<UInt8>(uninitializedWidth: width * format.bytesPerPixel, height: height)
    for y in 0..<height {
      var row = bytes.mutableRow(y)
      var at = 0
      for index in 0..<(width * channels) {
        let value = try sample(&cursor)
        if index % channels >= kept { continue }
        if isWide {
          withUnsafeBytes(of: UInt16(value)) { (row[at], row[at + 1]) = ($0[0], $0[1]) }
          at += 2
        } else {
          row[at] = UInt8(scales && greatest != 255 ? (value * 255 + greatest / 2) / greatest : value)
          at += 1
        }
      }
    }
    return Image(format: format, bytes: bytes, declaredWhite: isWide && greatest < 65535 ? UInt16(greatest) : nil)
  }

  /// Eight pixels a byte, rows of whole bytes.
  private func readBits(_ cursor: inout ByteCursor) throws(FileError) -> Image {
    let rowBytes = (width + 7) / 8
    guard cursor.remaining >= rowBytes * height else {
      throw cursor.invalid(expected: "\(rowBytes * height) bytes of samples", found: "\(cursor.remaining) bytes")
    }
    var bytes = Plane<UInt8>(uninitializedWidth: width, height: height)
    let white: UInt8 = scales ? 255 : 1
    for y in 0..<height {
      let start = cursor.position
      var row = bytes.mutableRow(y)
      for x in row.indices { row[x] = cursor.content.bytes[start + x / 8] >> UInt8(7 - x % 8) & 1 == 1 ? 0 : white }
      cursor.skip(rowBytes)
    }
    return Image(format: .gray8, bytes: bytes)
  }

  private func sample(_ cursor: inout ByteCursor) throws(FileError) -> Int {
    if kind == 1 { return try cursor.bit() }
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

extension ByteCursor {
  /// Takes one digit of a bit map as text, which needs no blanks; 1 for white, as other gray pictures have it.
  fileprivate mutating func bit() throws(FileError) -> Int {
    skipBlanks()
    guard let digit = next, digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else {
      throw invalid(expected: "0 or 1", found: next.map { "byte \($0)" } ?? "the end of the file")
    }
    skip(1)
    return digit == UInt8(ascii: "0") ? 1 : 0
  }
}
