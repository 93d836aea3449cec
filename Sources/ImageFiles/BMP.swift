import StereoCore
import Tensors

extension FileFormat {
  /// Windows bitmap: 1, 4 and 8 bits with a palette, also run-length encoded, and 16, 24 and 32 bits a pixel.
  ///
  /// Source: Microsoft, *Bitmap storage* (BITMAPCOREHEADER, BITMAPINFOHEADER and its later versions). A palette of grays makes a
  /// gray picture; alpha is left out. Pixels that a run-length encoded picture skips have colour 0.
  public static let bmp = FileFormat(
    name: "BMP", extensions: ["bmp", "dib"], signatures: [],
    recognises: { $0.starts(with: Array("BM".utf8)) && $0.count > 18 && [12, 40, 52, 56, 108, 124].contains($0[14]) },
    readImage: { (content, operation) throws(FileError) in
      var cursor = ByteCursor(content, operation: operation)
      return try BMPHeader(&cursor).readImage(&cursor)
    },
    describe: { (content) throws(FileError) in
      var cursor = ByteCursor(content, operation: inspecting)
      let header = try BMPHeader(&cursor)
      var description = FileDescription(path: content.path, kind: .image, format: "BMP")
      description.size = PixelSize(width: header.width, height: header.height)
      description.add("bitsPerPixel", Double(header.bits))
      // Reading it all shows damage.
      description.add("readAs", try header.readImage(&cursor).format.rawValue)
      return description
    })
}

/// What stands before the pixels of a BMP.
struct BMPHeader {
  /// How pixels are packed.
  enum Compression: UInt32 {
    case none = 0
    case runs8 = 1
    case runs4 = 2
    case masks = 3
    case masksWithAlpha = 6
  }

  typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  let width: Int
  let height: Int
  /// True if the first row of the file is the top one.
  let isTopDown: Bool
  /// Bits of a pixel: 1, 4, 8, 16, 24 or 32.
  let bits: Int
  let compression: Compression
  /// Where the pixels begin.
  let start: Int
  /// Colours of up to 8 bits.
  let palette: [Colour]
  /// Bits of red, green and blue of 16 and 32 bits.
  let masks: [UInt32]

  /// Takes all up to the palette.
  init(_ cursor: inout ByteCursor) throws(FileError) {
    cursor.skip(10)
    start = Int(try cursor.integer(UInt32.self))
    let headerCount = Int(try cursor.integer(UInt32.self))
    let rows: Int
    if headerCount == 12 {
      width = Int(try cursor.integer(UInt16.self))
      rows = Int(try cursor.integer(UInt16.self))
    } else {
      width = Int(Int32(bitPattern: try cursor.integer(UInt32.self)))
      rows = Int(Int32(bitPattern: try cursor.integer(UInt32.self)))
    }
    isTopDown = rows < 0
    height = Int(rows.magnitude)
    try cursor.checkSize(width: width, height: height)
    _ = try cursor.integer(UInt16.self)
    bits = Int(try cursor.integer(UInt16.self))
    let code = headerCount == 12 ? 0 : try cursor.integer(UInt32.self)
    guard let compression = Compression(rawValue: code), Self.fits(compression, bits: bits) else {
      throw cursor.invalid(
        expected: "1, 4, 8, 16, 24 or 32 bits a pixel, plain or run-length encoded",
        found: "\(bits) bits, compression \(code)")
    }
    self.compression = compression
    if headerCount >= 40 { cursor.skip(12) }
    let colourCount = headerCount >= 40 ? Int(try cursor.integer(UInt32.self)) : 0
    if headerCount >= 40 { cursor.skip(4) }
    let hasMasks = compression == .masks || compression == .masksWithAlpha
    masks =
      try hasMasks ? (0..<3).map { _ throws(FileError) in try cursor.integer(UInt32.self) } : Self.usualMasks(bits)
    cursor.skip(14 + headerCount - cursor.position)
    if headerCount == 40 && compression == .masksWithAlpha { cursor.skip(4) }
    palette = try Self.readPalette(&cursor, bits: bits, count: colourCount, entryBytes: headerCount == 12 ? 3 : 4)
    guard start >= cursor.position, start <= cursor.content.bytes.count else {
      throw cursor.invalid(expected: "pixels after the header", found: "an offset of \(start) bytes")
    }
    cursor.skip(start - cursor.position)
  }

  private static func fits(_ compression: Compression, bits: Int) -> Bool {
    switch compression {
    case .none: [1, 4, 8, 16, 24, 32].contains(bits)
    case .runs8: bits == 8
    case .runs4: bits == 4
    case .masks, .masksWithAlpha: bits == 16 || bits == 32
    }
  }

  private static func usualMasks(_ bits: Int) -> [UInt32] {
    bits == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF_0000, 0xFF00, 0xFF]
  }

  private static func readPalette(
    _ cursor: inout ByteCursor, bits: Int, count: Int, entryBytes: Int
  ) throws(FileError) -> [Colour] {
    guard bits <= 8 else { return [] }
    let count = count == 0 ? 1 << bits : min(count, 1 << bits)
    var palette: [Colour] = []
    for _ in 0..<count {
      let (blue, green) = (try cursor.integer(UInt8.self), try cursor.integer(UInt8.self))
      palette.append((try cursor.integer(UInt8.self), green, blue))
      cursor.skip(entryBytes - 3)
    }
    return palette
  }

  /// The picture; rows of the file end at multiples of four bytes.
  func readImage(_ cursor: inout ByteCursor) throws(FileError) -> Image {
    let isGray = !palette.isEmpty && palette.allSatisfy { $0.red == $0.green && $0.green == $0.blue }
    let rowBytes = (width * bits + 31) / 32 * 4
    let isPlain = compression != .runs8 && compression != .runs4
    // A run has two bytes for up to 255 pixels, but a picture may also end early.
    guard !isPlain || cursor.remaining >= rowBytes * height, cursor.remaining >= width * height / (1 << 16) else {
      throw cursor.invalid(expected: "\(rowBytes * height) bytes of pixels", found: "\(cursor.remaining) bytes")
    }
    var bytes = Plane<UInt8>(width: width * (isGray ? 1 : 3), height: height, repeating: 0)
    var indices: Plane<UInt8>? = nil
    if !isPlain { indices = try BMPRuns(width: width, height: height, isNibbles: bits == 4).read(&cursor) }
    for y in 0..<height {
      var row = bytes.mutableRow(isTopDown ? y : height - 1 - y)
      let from = cursor.position + y * rowBytes
      for x in 0..<width {
        let colour: Colour
        switch indices {
        case .some(let indices): colour = try self.colour(index: Int(indices[y, x]), cursor)
        case .none: colour = try self.colour(x, cursor, from)
        }
        if isGray {
          row[x] = colour.red
        } else {
          (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = colour
        }
      }
    }
    return Image(format: isGray ? .gray8 : .rgb8, bytes: bytes)
  }

  /// The colour of pixel `x` of the row that begins at byte `row`.
  private func colour(_ x: Int, _ cursor: borrowing ByteCursor, _ row: Int) throws(FileError) -> Colour {
    let bytes = cursor.content.bytes
    if bits <= 8 {
      let packed = Int(bytes[row + x * bits / 8])
      return try colour(index: packed >> (8 - bits - x * bits % 8) & (1 << bits - 1), cursor)
    }
    let at = row + x * bits / 8
    if bits == 24 { return (bytes[at + 2], bytes[at + 1], bytes[at]) }
    let pixel = (0..<bits / 8).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
    return (Self.part(of: pixel, masks[0]), Self.part(of: pixel, masks[1]), Self.part(of: pixel, masks[2]))
  }

  private func colour(index: Int, _ cursor: borrowing ByteCursor) throws(FileError) -> Colour {
    guard index < palette.count else {
      throw cursor.invalid(expected: "indices below \(palette.count)", found: "\(index)")
    }
    return palette[index]
  }

  /// The bits of a mask, scaled to 0 … 255.
  private static func part(of pixel: UInt32, _ mask: UInt32) -> UInt8 {
    guard mask != 0 else { return 0 }
    let shift = UInt32(mask.trailingZeroBitCount)
    let white = UInt64(mask >> shift)
    return UInt8((UInt64((pixel & mask) >> shift) * 255 + white / 2) / white)
  }
}
