/// A position in a file's bytes: takes words and numbers of headers and binary samples one after the other.
///
/// Every reader of a format goes through it, so that no format checks ends and counts in its own way.
struct ByteCursor {
  /// The file.
  let content: FileContent
  /// What the file is being read for, in messages.
  let operation: String
  /// Index of the next byte.
  private(set) var position = 0

  /// The first byte of `content`.
  init(_ content: FileContent, operation: String) {
    self.content = content
    self.operation = operation
  }

  /// Number of bytes not taken yet.
  var remaining: Int { content.bytes.count - position }

  /// The next byte, which stays.
  var next: UInt8? { remaining > 0 ? content.bytes[position] : nil }

  /// The error that this file is not what it must be.
  func invalid(expected: String, found: String) -> FileError {
    .invalid(path: content.path, operation: operation, expected: expected, found: found)
  }

  /// Skips `count` bytes, fewer at the end.
  mutating func skip(_ count: Int) { position += min(max(count, 0), remaining) }

  /// Skips blanks and line ends, and comments from `#` to the end of the line.
  mutating func skipBlanks() {
    while let byte = next {
      if byte == UInt8(ascii: "#") {
        while let inComment = next, inComment != 10, inComment != 13 { position += 1 }
      } else if byte.isBlank {
        position += 1
      } else {
        return
      }
    }
  }

  /// Takes the next word: what stands between blanks or comments; empty at the end of the file.
  ///
  /// No header has words of more than 32 characters, and a binary file may have no blank at all: a longer word is cut.
  mutating func word() -> String {
    skipBlanks()
    let start = position
    while let byte = next, !byte.isBlank, byte != UInt8(ascii: "#"), position - start < 32 { position += 1 }
    return String(decoding: content.bytes[start..<position], as: UTF8.self)
  }

  /// Takes a word that is a whole number within `range`.
  mutating func number(_ name: String, in range: ClosedRange<Int>) throws(FileError) -> Int {
    let text = word()
    guard let value = Int(text), range.contains(value) else {
      throw invalid(
        expected: "\(name) of \(range.lowerBound) to \(range.upperBound)",
        found: text.isEmpty ? "the end of the file" : quoted(text))
    }
    return value
  }

  /// Takes a binary unsigned integer, least significant byte first unless `bigEndian`.
  mutating func integer<Integer: FixedWidthInteger>(
    _: Integer.Type, bigEndian: Bool = false
  ) throws(FileError) -> Integer {
    let count = Integer.bitWidth / 8
    guard remaining >= count else { throw invalid(expected: "\(count) more bytes", found: "the end of the file") }
    let value = content.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Integer.self) }
    position += count
    return bigEndian ? Integer(bigEndian: value) : Integer(littleEndian: value)
  }

  /// Calls `body` with every one of the next `count` binary samples and its index, and takes them.
  ///
  /// - Precondition: that many bytes remain; the reader of the header checked it.
  mutating func forEachSample<Bits: FixedWidthInteger>(
    _: Bits.Type, count: Int, bigEndian: Bool, _ body: (Int, Bits) -> Void
  ) {
    let size = Bits.bitWidth / 8
    precondition(count <= remaining / size, "ByteCursor: \(count) samples of \(size) bytes, \(remaining) bytes remain")
    content.bytes.withUnsafeBytes { raw in
      for index in 0..<count {
        let bits = raw.loadUnaligned(fromByteOffset: position + index * size, as: Bits.self)
        body(index, bigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
      }
    }
    position += count * size
  }

  /// Checks the size that a header promises before anything of that size is allocated.
  func checkSize(width: Int, height: Int) throws(FileError) {
    guard width > 0, height > 0, width <= greatestPixelCount / height else {
      throw invalid(expected: "1 to \(greatestPixelCount) pixels", found: "\(width)×\(height)")
    }
  }

  /// Checks that the samples that a header promises are there, and nothing but blanks after them.
  func checkBytes(_ count: Int) throws(FileError) {
    let rest = content.bytes[(position + min(count, remaining))...]
    guard remaining >= count, rest.allSatisfy(\.isBlank) else {
      throw invalid(expected: "\(count) bytes of samples", found: "\(remaining) bytes")
    }
  }
}

extension UInt8 {
  /// True for blank, tab, line feed, vertical tab, form feed and carriage return.
  var isBlank: Bool { self == 32 || (9...13).contains(self) }
}
