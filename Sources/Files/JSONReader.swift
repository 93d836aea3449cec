/// Reads JSON (RFC 8259) strictly: no comments, no trailing commas, no key twice, valid UTF-8, limited nesting.
///
/// Strict because a safetensors header decides what bytes mean: what two readers could understand differently is an error.
package struct JSONReader {
  /// What is wrong and where.
  package struct Problem: Error {
    /// Byte of the text.
    package let offset: Int
    /// What should be there.
    package let expected: String
    /// What is there.
    package let found: String
  }

  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  private static let deepest = 32

  /// Reads the whole of `bytes` as one value.
  package static func parse(_ bytes: [UInt8]) throws(Problem) -> OrderedJSON {
    var reader = JSONReader(bytes: bytes)
    let value = try reader.value()
    reader.skipSpace()
    if reader.position < bytes.count { throw reader.problem("the end") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ expected: String) -> Problem {
    let found =
      position < bytes.count
      ? "byte 0x" + String(bytes[position], radix: 16)
        + " (\(quoted(String(decoding: [bytes[position]], as: UTF8.self))))" : "the end"
    return Problem(offset: position, expected: expected, found: found)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) throws(Problem) {
    skipSpace()
    guard next == UInt8(ascii: character) else { throw problem("\"\(character)\"") }
    position += 1
  }

  private mutating func value() throws(Problem) -> OrderedJSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: OrderedJSON) throws(Problem) -> OrderedJSON {
    guard bytes[position...].starts(with: word.utf8) else { throw problem("\"\(word)\"") }
    position += word.utf8.count
    return value
  }

  private mutating func enter() throws(Problem) {
    depth += 1
    if depth > JSONReader.deepest { throw problem("at most \(JSONReader.deepest) levels of nesting") }
    position += 1
    skipSpace()
  }

  private mutating func object() throws(Problem) -> OrderedJSON {
    try enter()
    defer { depth -= 1 }
    var members: [OrderedJSON.Member] = []
    var keys: Set<String> = []
    if next == UInt8(ascii: "}") {
      position += 1
      return .object([OrderedJSON.Member]())
    }
    while true {
      skipSpace()
      let start = position
      let key = try string()
      if !keys.insert(key).inserted {
        throw Problem(offset: start, expected: "each name once", found: "\(quoted(key)) again")
      }
      try take(":")
      members.append(.init(name: key, value: try value()))
      skipSpace()
      if next == UInt8(ascii: "}") {
        position += 1
        return .object(members)
      }
      try take(",")
    }
  }

  private mutating func array() throws(Problem) -> OrderedJSON {
    try enter()
    defer { depth -= 1 }
    var elements: [OrderedJSON] = []
    if next == UInt8(ascii: "]") {
      position += 1
      return .array([])
    }
    while true {
      elements.append(try value())
      skipSpace()
      if next == UInt8(ascii: "]") {
        position += 1
        return .array(elements)
      }
      try take(",")
    }
  }

  private mutating func string() throws(Problem) -> String {
    guard next == UInt8(ascii: "\"") else { throw problem("a string") }
    let start = position
    position += 1
    var units: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw Problem(offset: start, expected: "valid UTF-8", found: "a string that is not")
        }
        return text
      case UInt8(ascii: "\\"): units += String(try escape()).utf8
      case 0..<0x20:
        position -= 1
        throw problem("no control character in a string")
      default: units.append(byte)
      }
    }
    throw problem("the end of the string that begins at byte \(start)")
  }

  private mutating func escape() throws(Problem) -> Unicode.Scalar {
    guard let byte = next else { throw problem("an escaped character") }
    if byte == UInt8(ascii: "u") {
      position += 1
      let first = try codeUnit()
      if let scalar = Unicode.Scalar(first) { return scalar }
      guard first < 0xDC00, next == UInt8(ascii: "\\") else { throw problem("the second half of a surrogate pair") }
      position += 1
      guard next == UInt8(ascii: "u") else { throw problem("the second half of a surrogate pair") }
      position += 1
      let second = try codeUnit()
      guard (0xDC00..<0xE000).contains(second) else { throw problem("the second half of a surrogate pair") }
      let joined = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
      guard let scalar = Unicode.Scalar(joined) else { throw problem("a Unicode scalar") }
      return scalar
    }
    let escapes: [UInt8: Unicode.Scalar] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    guard let scalar = escapes[byte] else { throw problem("one of \" \\ / b f n r t u after a backslash") }
    position += 1
    return scalar
  }

  private mutating func codeUnit() throws(Problem) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw problem("four hexadecimal digits")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  private mutating func digits() throws(Problem) {
    guard let first = next, (0x30...0x39).contains(first) else { throw problem("a value") }
    while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
  }

  private mutating func number() throws(Problem) -> OrderedJSON {
    let start = position
    if next == UInt8(ascii: "-") { position += 1 }
    let whole = position
    try digits()
    if position - whole > 1 && bytes[whole] == UInt8(ascii: "0") {
      throw Problem(offset: whole, expected: "a number without leading zeros", found: "one with")
    }
    var isInteger = true
    if next == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else {
      throw Problem(offset: start, expected: "a number that a Double holds", found: quoted(text))
    }
    return .double(value)
  }
}
