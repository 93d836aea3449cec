/// Makes PNG files byte by byte, with stored (not compressed) deflate blocks, so that tests need no encoder.
///
/// Source: PNG specification, second edition; RFC 1950 (Adler-32), RFC 1951 (stored blocks).
struct PNGBuilder {
  var width: Int
  var height: Int
  var bits: Int
  /// 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha.
  var colourType: Int
  var isInterlaced = false
  /// Chunks between header and pixels.
  var chunks: [(type: String, data: [UInt8])] = []

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The file whose filtered rows (each after its filter byte) are `raw`.
  func file(raw: [UInt8]) -> [UInt8] {
    let header =
      Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height))
      + [UInt8(bits), UInt8(colourType), 0, 0, isInterlaced ? 1 : 0]
    var file = Self.signature + Self.chunk("IHDR", header)
    for chunk in chunks { file += Self.chunk(chunk.type, chunk.data) }
    return file + Self.chunk("IDAT", Self.zlib(raw)) + Self.chunk("IEND", [])
  }

  /// The file of rows of samples; each row is packed to `bits` bits a sample.
  func file(rows: [[Int]]) -> [UInt8] { file(raw: rows.flatMap { [0] + pack($0) }) }

  /// The interlaced file (Adam7) of rows of one sample per pixel.
  func interlacedFile(rows: [[Int]]) -> [UInt8] {
    var builder = self
    builder.isInterlaced = true
    let passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    var raw: [UInt8] = []
    for (left, top, stepX, stepY) in passes {
      let columns = Array(stride(from: left, to: width, by: stepX))
      if columns.isEmpty { continue }
      for y in stride(from: top, to: height, by: stepY) { raw += [0] + pack(columns.map { rows[y][$0] }) }
    }
    return builder.file(raw: raw)
  }

  private func pack(_ samples: [Int]) -> [UInt8] {
    if bits == 16 { return samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }
    let perByte = 8 / bits
    return stride(from: 0, to: samples.count, by: perByte).map { start in
      (0..<perByte).reduce(UInt8(0)) { byte, place in
        let sample = start + place < samples.count ? samples[start + place] : 0
        return byte | UInt8(sample << (8 - bits * (place + 1)))
      }
    }
  }

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(crc(body))
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

  static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  static func zlib(_ raw: [UInt8]) -> [UInt8] {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in raw {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let count = UInt16(raw.count)
    let length = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    return [0x78, 0x01, 0x01] + length + raw + bigEndian(b << 16 | a)
  }
}
