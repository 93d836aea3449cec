internal import Files

/// Interprets one pickle, as far as tensors need it.
///
/// Goals in order: nothing is ever executed; any input ends in a value or an error, in time and memory proportional to its
/// length; files of PyTorch are read. A pickle is a program for a stack machine. Here its only effects are values of
/// ``PickleArena``; a global that is not in ``PickleGlobal`` ends the reading with its name.
struct PickleMachine {
  /// The most operations of one pickle: enough for a hundred thousand tensors.
  static let longestProgram = 4_000_000

  private(set) var position: Int
  var arena = PickleArena()
  let bytes: FileBytes
  let fileLength: Int
  let path: String
  /// Whether it runs a storage inside another pickle, which has no other inside.
  let isEmbedded: Bool
  /// Operations that were done, of all pickles of the file together.
  var operations = 0
  var copiedPairs = 0
  let end: Int
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  /// A machine that begins at byte 0.
  ///
  /// - Parameters:
  ///   - bytes: the pickle, and perhaps more behind it.
  ///   - fileLength: bytes of the whole checkpoint, which limits the tensors it may describe.
  init(_ bytes: FileBytes, fileLength: Int, path: String) {
    self.bytes = bytes
    self.fileLength = fileLength
    self.path = path
    isEmbedded = false
    position = 0
    end = bytes.count
  }

  /// A machine for the pickles inside `range` of another one's bytes; its operations count as the other's.
  init(embeddedIn other: PickleMachine, _ range: Range<Int>) {
    bytes = other.bytes
    fileLength = other.fileLength
    path = other.path
    isEmbedded = true
    operations = other.operations
    position = range.lowerBound
    end = range.upperBound
  }

  /// Runs one pickle to its end and leaves `position` behind it.
  ///
  /// - Throws: ``WeightError/file(_:)`` or ``WeightError/refused(path:what:)``.
  mutating func run() throws(WeightError) -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    while operations < PickleMachine.longestProgram {
      operations += 1
      let code = try unsigned(1)
      guard let opcode = PickleOpcode(rawValue: UInt8(code)) else {
        if let name = PickleOpcode.refusedName(UInt8(code)) {
          throw .refused(path: path, what: "the pickle operation \(name)")
        }
        throw invalid("a pickle operation", "byte 0x\(String(code, radix: 16))", at: position - 1)
      }
      if opcode == .stop { return try pop() }
      try perform(opcode)
    }
    throw invalid("at most \(PickleMachine.longestProgram) pickle operations", "more")
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .protocol:
      let version = try unsigned(1)
      guard version <= 5 else { throw invalid("a pickle protocol up to 5", "\(version)") }
    case .frame: _ = try unsigned(8)
    case .mark: marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popToMark()
    case .duplicate:
      let top = try pop()
      push(top)
      push(top)
    case .none, .true1, .false1, .int1, .int2, .int4, .long1, .long4, .float8: try pushNumber(opcode)
    case .unicode1, .unicode4, .unicode8, .string1, .string4: try pushText(opcode)
    case .bytes1, .bytes4, .bytes8, .byteArray: try pushBytes(opcode)
    case .emptySet: push(.opaque("a set"))
    case .frozenSet:
      _ = try popToMark()
      push(.opaque("a set"))
    case .put1, .put4, .memoize, .get1, .get4: try remember(opcode)
    case .emptyTuple, .emptyList, .emptyDictionary, .tuple, .tuple1, .tuple2, .tuple3: try pushContainer(opcode)
    case .append, .appends, .setItem, .setItems, .addItems: try fill(opcode)
    case .global, .stackGlobal: try pushGlobal(opcode)
    case .reduce, .newObject: try call()
    case .newObjectWithNames:
      _ = try pop()
      try call()
    case .build: try build()
    case .persistentID: push(try persistent(try pop()))
    case .stop: break
    }
  }

  // MARK: - Constants

  private mutating func pushNumber(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .none: push(.none)
    case .true1: push(.boolean(true))
    case .false1: push(.boolean(false))
    case .int1: push(.integer(try unsigned(1)))
    case .int2: push(.integer(try unsigned(2)))
    case .int4: push(.integer(Int(Int32(truncatingIfNeeded: try unsigned(4)))))
    case .float8:
      let start = try advance(8)
      push(.real(Double(bitPattern: bytes.integer(at: start, as: UInt64.self).byteSwapped)))
    default:
      let length = try unsigned(opcode == .long4 ? 4 : 1)
      let start = try advance(length)
      if length > 8 {
        push(.longInteger(bytes.array(start..<start + length)))
      } else {
        var value = length > 0 && bytes[start + length - 1] >= 0x80 ? -1 : 0
        for i in (0..<length).reversed() { value = value << 8 | Int(bytes[start + i]) }
        push(.integer(value))
      }
    }
  }

  private mutating func pushText(_ opcode: PickleOpcode) throws(WeightError) {
    let width =
      switch opcode {
      case .unicode1, .string1: 1
      case .unicode8: 8
      default: 4
      }
    let length = try unsigned(width)
    let start = try advance(length)
    if let text = String(validating: bytes.array(start..<start + length), as: UTF8.self) {
      push(.text(text))
    } else if opcode == .string1 || opcode == .string4 {
      push(.opaque("a string that is not UTF-8"))
    } else {
      throw invalid("a string in UTF-8", "other bytes", at: start)
    }
  }

  private mutating func pushBytes(_ opcode: PickleOpcode) throws(WeightError) {
    let length = try unsigned(opcode == .bytes1 ? 1 : opcode == .bytes4 ? 4 : 8)
    let start = try advance(length)
    push(.bytes(start..<start + length))
  }

  // MARK: - Memo

  private mutating func remember(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .put1, .put4, .memoize:
      let index = opcode == .memoize ? memo.count : try unsigned(opcode == .put1 ? 1 : 4)
      guard let top else { throw invalid("a value to remember", "none") }
      memo[index] = top
    default:
      let index = try unsigned(opcode == .get1 ? 1 : 4)
      guard let value = memo[index] else { throw invalid("a remembered value \(index)", "none") }
      push(value)
    }
  }

  // MARK: - Containers

  private mutating func pushContainer(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .emptyTuple: push(.tuple(sequence([])))
    case .emptyList: push(.list(sequence([])))
    case .emptyDictionary:
      arena.dictionaries.append([])
      push(.dictionary(arena.dictionaries.count - 1))
    case .tuple: push(.tuple(sequence(try popToMark())))
    default:
      let count = opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3
      var items: [PickleValue] = []
      for _ in 0..<count { items.append(try pop()) }
      push(.tuple(sequence(items.reversed())))
    }
  }

  private mutating func fill(_ opcode: PickleOpcode) throws(WeightError) {
    let items: [PickleValue]
    switch opcode {
    case .append: items = [try pop()]
    case .setItem:
      let value = try pop()
      items = [try pop(), value]
    default: items = try popToMark()
    }
    guard let target = top else { throw invalid("a container to fill", "none") }
    switch (target, opcode) {
    case (.opaque, _): break
    case (.list(let index), .append), (.list(let index), .appends): arena.sequences[index] += items
    case (.dictionary(let index), .setItem), (.dictionary(let index), .setItems):
      guard items.count % 2 == 0 else { throw invalid("keys and values in pairs", "\(items.count) items") }
      for i in stride(from: 0, to: items.count, by: 2) { arena.dictionaries[index].append((items[i], items[i + 1])) }
    default: throw invalid("a list or dictionary to fill", target.kind)
    }
  }

  private mutating func sequence(_ items: [PickleValue]) -> Int {
    arena.sequences.append(items)
    return arena.sequences.count - 1
  }

  // MARK: - Stack and bytes

  mutating func push(_ value: PickleValue) { stack.append(value) }

  /// The value on top of the stack, which stays; `nil` if there is none above the last mark.
  var top: PickleValue? { stack.count > (marks.last ?? 0) ? stack.last : nil }

  mutating func pop() throws(WeightError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else {
      throw invalid("a value on the pickle's stack", "none")
    }
    return value
  }

  private mutating func popToMark() throws(WeightError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw invalid("a mark on the pickle's stack", "none") }
    let items = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return items
  }

  mutating func advance(_ count: Int) throws(WeightError) -> Int {
    guard count >= 0, count <= end - position else {
      throw invalid("\(count) more bytes", "\(end - position)")
    }
    defer { position += count }
    return position
  }

  /// A little-endian integer of 1, 2, 4 or 8 bytes.
  mutating func unsigned(_ width: Int) throws(WeightError) -> Int {
    let start = try advance(width)
    var value: UInt64 = 0
    for i in (0..<width).reversed() { value = value << 8 | UInt64(bytes[start + i]) }
    return Int(clamping: value)
  }

  mutating func line() throws(WeightError) -> String {
    let start = position
    while try unsigned(1) != 0x0A {
      guard position - start <= 1024 else { throw invalid("a name of at most 1024 bytes", "a longer one", at: start) }
    }
    return String(decoding: bytes.array(start..<position - 1), as: UTF8.self)
  }

  func invalid(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
    .invalid(path: path, operation: "reading a pickle", expected: expected, found: found, at: at ?? position)
  }
}
