internal import Files

/// Reads Torch 7's serialisation (`torch.save`), numbers in bytes or in text.
///
///     value    = kind content
///     kind     = 0 nil · 1 number · 2 string · 3 table · 4 object · 5 boolean · 6, 7, 8 function
///     table    = index [ count (value value)* ]           what follows the index only the first time
///     object   = index [ "V 1" class content ]
///     tensor   = rank extents strides first-element storage        storage = count elements
///
/// Integers have 4 bytes, extents, strides and counts 8, numbers are binary64; in text, numbers stand between blanks and the
/// characters of a string behind their number and a line end. Nothing is executed: functions are skipped.
/// Source: the manual of torch7, doc/serialization.md.
struct Torch7Reader {
  private(set) var arena = Torch7Arena()
  private let bytes: FileBytes
  private let path: String
  private let isText: Bool
  private var position = 0
  private var known: [Int: Torch7Value] = [:]
  private var depth = 0

  private static let deepest = 64
  private static let storageTypes: [String: ElementType] = [
    "Double": .float64, "Float": .float32, "Cuda": .float32, "Half": .float16, "CudaHalf": .float16,
    "CudaDouble": .float64, "Long": .int64, "CudaLong": .int64, "Int": .int32, "CudaInt": .int32, "Short": .int16,
    "Char": .int8, "Byte": .uint8, "CudaByte": .uint8,
  ]

  /// Whether a file begins like a table or object that is the first of its file.
  static func recognises(_ bytes: FileBytes) -> Bool {
    [3, 4].contains { kind in
      bytes.starts(with: [kind, 0, 0, 0, 1, 0, 0, 0]) || bytes.starts(with: [kind + 48, 10, 49, 10])
    }
  }

  init(_ bytes: FileBytes, path: String) {
    self.bytes = bytes
    self.path = path
    isText = bytes[0] >= 48
  }

  /// Reads one value and everything in it.
  ///
  /// - Throws: ``WeightError/file(_:)``.
  mutating func value() throws(WeightError) -> Torch7Value {
    let start = position
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw invalid("at most \(Self.deepest) values in one another", "more") }
    switch try integer() {
    case 0: return .none
    case 1: return .number(try number())
    case 2: return .text(try string())
    case 5: return .boolean(try integer() != 0)
    case 3: return try indexed { (reader) throws(WeightError) in try reader.table() }
    case 4: return try indexed { (reader) throws(WeightError) in try reader.object() }
    case 6, 7, 8:
      return try indexed { (reader) throws(WeightError) in
        _ = try reader.string()
        _ = try reader.value()
        return .function
      }
    case let kind: throw invalid("a kind of value from 0 to 8", "\(kind)", at: start)
    }
  }

  /// A value that has a number, by which it is meant when it comes again.
  private mutating func indexed(
    _ read: (inout Torch7Reader) throws(WeightError) -> Torch7Value
  ) throws(WeightError) -> Torch7Value {
    let index = try integer()
    if let value = known[index] { return value }
    // Its own parts may mean it.
    known[index] = Torch7Value.none
    let value = try read(&self)
    known[index] = value
    return value
  }

  private mutating func table() throws(WeightError) -> Torch7Value {
    let count = try integer()
    var members: [(key: Torch7Value, value: Torch7Value)] = []
    guard count >= 0 else { throw invalid("a number of members", "\(count)") }
    for _ in 0..<count { members.append((try value(), try value())) }
    arena.tables.append(members)
    return .table(arena.tables.count - 1)
  }

  private mutating func object() throws(WeightError) -> Torch7Value {
    var name = try string()
    // Files of before versions have the class at once.
    if name.hasPrefix("V ") { name = try string() }
    if name.hasPrefix("torch."), name.hasSuffix("Storage") || name.hasSuffix("Tensor") {
      let isStorage = name.hasSuffix("Storage")
      let element = String(name.dropFirst(6).dropLast(isStorage ? 7 : 6))
      guard let type = Self.storageTypes[element] else { throw invalid("a storage of numbers", quoted(name)) }
      return try isStorage ? storage(type) : tensor()
    }
    let content = try value()
    arena.objects.append(.init(name: name, content: content))
    return .object(arena.objects.count - 1)
  }

  private mutating func storage(_ type: ElementType) throws(WeightError) -> Torch7Value {
    let count = try long()
    // In text an element takes at least two bytes, but those of one byte are written as they are.
    let isText = isText && type.byteCount > 1
    let width = isText ? 2 : type.byteCount
    guard count >= 0, count <= (bytes.count - position + 1) / width else {
      throw invalid("\(count) elements of \(type.rawValue)", "\(bytes.count - position) bytes")
    }
    var values: [Float]?
    let place = position
    if isText {
      var read: [Float] = []
      read.reserveCapacity(count)
      for _ in 0..<count { read.append(try element()) }
      values = read
    } else {
      position += count * width
      if self.isText { skipLineEnd() }
    }
    arena.storages.append(.init(type: type, count: count, place: place, values: values))
    return .storage(arena.storages.count - 1)
  }

  private mutating func tensor() throws(WeightError) -> Torch7Value {
    let rank = try integer()
    guard (0...SafeTensors.highestRank).contains(rank) else {
      throw invalid("a tensor of at most \(SafeTensors.highestRank) axes", "\(rank)")
    }
    var (shape, strides): ([Int], [Int]) = ([], [])
    for _ in 0..<rank { shape.append(try long()) }
    for _ in 0..<rank { strides.append(try long()) }
    let offset = try long() - 1
    let storage = try value()
    guard case .storage(let index) = storage, rank > 0 else {
      arena.tensors.append(.init(storage: nil, offset: 0, shape: [0], strides: [0]))
      return .tensor(arena.tensors.count - 1)
    }
    let count = arena.storages[index].count
    guard offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }), let size = byteCount(shape, .uint8), size <= count,
      let last = lastElement(from: offset, shape: shape, strides: strides), size == 0 || last < count
    else {
      throw invalid("a tensor inside its storage of \(count) elements", "\(shape) by \(strides) from element \(offset)")
    }
    arena.tensors.append(.init(storage: index, offset: offset, shape: shape, strides: strides))
    return .tensor(arena.tensors.count - 1)
  }

  // MARK: - Numbers and strings

  private mutating func integer() throws(WeightError) -> Int {
    if isText { return try whole() }
    return Int(bytes.integer(at: try advance(4), as: Int32.self))
  }

  private mutating func long() throws(WeightError) -> Int {
    if isText { return try whole() }
    return Int(bytes.integer(at: try advance(8), as: Int64.self))
  }

  private mutating func number() throws(WeightError) -> Double {
    if !isText { return Double(bitPattern: bytes.integer(at: try advance(8), as: UInt64.self)) }
    let word = try word()
    guard let value = Double(word) else { throw invalid("a number", quoted(word)) }
    return value
  }

  private mutating func whole() throws(WeightError) -> Int {
    let word = try word()
    guard let value = Int(word) else { throw invalid("an integer", quoted(word)) }
    return value
  }

  private mutating func element() throws(WeightError) -> Float {
    let word = try word()
    guard let value = Float(word) else { throw invalid("a number", quoted(word)) }
    return value
  }

  private mutating func string() throws(WeightError) -> String {
    let count = try integer()
    if isText { skipLineEnd() }
    guard count >= 0 else { throw invalid("a number of characters", "\(count)") }
    let start = try advance(count)
    if isText { skipLineEnd() }
    return String(decoding: bytes.array(start..<start + count), as: UTF8.self)
  }

  private mutating func word() throws(WeightError) -> String {
    while position < bytes.count, bytes[position] == 32 || (9...13).contains(bytes[position]) { position += 1 }
    let start = position
    // No number has more characters.
    while position < bytes.count, bytes[position] > 32, position - start < 40 { position += 1 }
    guard position > start else { throw invalid("a number", "the end of the file") }
    return String(decoding: bytes.array(start..<position), as: UTF8.self)
  }

  private mutating func skipLineEnd() {
    if position < bytes.count, bytes[position] == 10 { position += 1 }
  }

  private mutating func advance(_ count: Int) throws(WeightError) -> Int {
    guard count >= 0, count <= bytes.count - position else {
      throw invalid("\(count) more bytes", "\(bytes.count - position)")
    }
    defer { position += count }
    return position
  }

  private func invalid(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
    .invalid(path: path, operation: "reading a Torch7 file", expected: expected, found: found, at: at ?? position)
  }
}
