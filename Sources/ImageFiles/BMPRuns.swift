import Tensors

/// The run-length encoding of BMP: pairs of a count and a value; count 0 begins an escape.
///
/// Source: Microsoft, *Bitmap compression* (RLE4 and RLE8).
struct BMPRuns {
  let width: Int
  let height: Int
  /// True if a value holds two indices of four bits that take turns.
  let isNibbles: Bool

  /// Indices in the order of the file's rows; 0 where nothing is said.
  func read(_ cursor: inout ByteCursor) throws(FileError) -> Plane<UInt8> {
    var indices = Plane<UInt8>(width: width, height: height, repeating: 0)
    var (x, y) = (0, 0)
    while y < height {
      let count = Int(try cursor.integer(UInt8.self))
      let value = try cursor.integer(UInt8.self)
      switch (count, value) {
      case (0, 0): (x, y) = (0, y + 1)
      case (0, 1): return indices
      case (0, 2):
        x += Int(try cursor.integer(UInt8.self))
        y += Int(try cursor.integer(UInt8.self))
      case (0, _):
        for index in 0..<Int(value) { put(try literal(index, of: Int(value), &cursor), &indices, &x, y) }
        // Literals end at an even number of bytes.
        if (isNibbles ? (Int(value) + 1) / 2 : Int(value)) % 2 == 1 { cursor.skip(1) }
      default:
        for index in 0..<count { put(isNibbles ? Self.nibble(index, of: value) : value, &indices, &x, y) }
      }
    }
    return indices
  }

  /// The next index that stands for itself; two of them share a byte where they have four bits.
  private func literal(_ index: Int, of count: Int, _ cursor: inout ByteCursor) throws(FileError) -> UInt8 {
    if !isNibbles { return try cursor.integer(UInt8.self) }
    guard let byte = cursor.next else { throw cursor.invalid(expected: "more indices", found: "the end of the file") }
    if index % 2 == 1 || index == count - 1 { cursor.skip(1) }
    return Self.nibble(index, of: byte)
  }

  private static func nibble(_ index: Int, of byte: UInt8) -> UInt8 { index % 2 == 0 ? byte >> 4 : byte & 15 }

  /// What lies beyond the row is left out.
  private func put(_ value: UInt8, _ indices: inout Plane<UInt8>, _ x: inout Int, _ y: Int) {
    if x < width { indices[y, x] = value }
    x += 1
  }
}
