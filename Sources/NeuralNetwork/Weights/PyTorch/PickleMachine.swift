internal import Files

/// Interprets one pickle, as far as tensors need it.
///
/// Goals in order: nothing is ever executed; any input ends in a value or an error, in time and memory proportional to its
/// length; files of PyTorch are read. A pickle is a program for a stack machine. Here its only effects are values of
/// ``PickleArena``; a global that is not in ``PickleGlobal`` ends the reading with its name.
struct PickleMachine {
  /// The most operations of one pickle: enough for a hundred thousand tensors.
  static let longestProgram = 4_000_000

  private(set) var position = 0
  private(set) var arena = PickleArena()
  private let bytes: FileBytes
  private let fileLength: Int
  private let path: String
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var copiedPairs = 0

  /// A machine that begins at byte 0.
  ///
  /// - Parameters:
  ///   - bytes: the pickle, and perhaps more behind it.
  ///   - fileLength: bytes of the whole checkpoint, which limits the tensors it may describe.
  init(_ bytes: FileBytes, fileLength: Int, path: String) {
    self.bytes = bytes
    self.fileLength = fileLength
    self.path = path
  }

  /// Runs one pickle to its end and leaves `position` behind it.
  ///
  /// - Throws: ``WeightError/file(_:)`` or ``WeightError/refused(path:what:)``.
  mutating func run() throws(WeightError) -> PickleValue {
    stack = []
    marks = []
    memo = [:]
    for _ in 0..<PickleMachine.longestProgram {
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
    case .none, .true1, .false1, .int1, .int2, .int4, .long1, .float8: try pushNumber(opcode)
    case .unicode1, .unicode4, .unicode8, .string1, .string4, .bytes1, .bytes4: try pushText(opcode)
    case .put1, .put4, .memoize, .get1, .get4: try remember(opcode)
    case .emptyTuple, .emptyList, .emptyDictionary, .tuple, .tuple1, .tuple2, .tuple3: try pushContainer(opcode)
    case .append, .appends, .setItem, .setItems: try fill(opcode)
    case .global, .stackGlobal: try pushGlobal(opcode)
    case .reduce, .newObject: try call()
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
      let length = try unsigned(1)
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
      case .unicode1, .string1, .bytes1: 1
      case .unicode8: 8
      default: 4
      }
    let length = try unsigned(width)
    let start = try advance(length)
    if opcode == .bytes1 || opcode == .bytes4 {
      push(.opaque("bytes"))
    } else if let text = String(validating: bytes.array(start..<start + length), as: UTF8.self) {
      push(.text(text))
    } else if opcode == .string1 || opcode == .string4 {
      push(.opaque("a string that is not UTF-8"))
    } else {
      throw invalid("a string in UTF-8", "other bytes", at: start)
    }
  }

  // MARK: - Memo

  private mutating func remember(_ opcode: PickleOpcode) throws(WeightError) {
    switch opcode {
    case .put1, .put4, .memoize:
      let index = opcode == .memoize ? memo.count : try unsigned(opcode == .put1 ? 1 : 4)
      guard stack.count > (marks.last ?? 0), let top = stack.last else { throw invalid("a value to remember", "none") }
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
    guard stack.count > (marks.last ?? 0), let target = stack.last else { throw invalid("a container to fill", "none") }
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

  // MARK: - Globals and calls

  private mutating func pushGlobal(_ opcode: PickleOpcode) throws(WeightError) {
    let name: String
    if opcode == .global {
      name = try line() + "." + (try line())
    } else {
      let attribute = try pop()
      guard case .text(let module) = try pop(), case .text(let symbol) = attribute else {
        throw invalid("two strings as the name of a global", "something else")
      }
      name = module + "." + symbol
    }
    guard let global = PickleGlobal(name) else { throw .refused(path: path, what: "the global \(quoted(name))") }
    push(.global(global))
  }

  /// A call of a global: only those that make tensors or dictionaries have an effect.
  private mutating func call() throws(WeightError) {
    let arguments = try pop()
    let callee = try pop()
    guard let items = arena.items(arguments) else { throw invalid("a tuple of arguments", arguments.kind) }
    switch callee {
    case .global(.orderedDictionary): push(try orderedDictionary(items))
    case .global(.rebuildTensor): push(try tensor(items))
    case .global(.rebuildParameter):
      guard case .tensor? = items.first else {
        throw invalid("a tensor in a parameter", items.first?.kind ?? "nothing")
      }
      push(items[0])
    case .global(.opaque(let name)): push(.opaque(name))
    default: throw .refused(path: path, what: "a call of \(callee.kind)")
    }
  }

  /// `OrderedDict()`, or with a list of pairs as Python 2 wrote it.
  private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(WeightError) -> PickleValue {
    var members: [(key: PickleValue, value: PickleValue)] = []
    if let first = arguments.first {
      guard arguments.count == 1, let pairs = arena.items(first) else {
        throw invalid("a list of pairs in an OrderedDict", first.kind)
      }
      // A list can be passed again and again: what is copied counts like operations.
      copiedPairs += pairs.count
      guard copiedPairs <= PickleMachine.longestProgram else {
        throw invalid("at most \(PickleMachine.longestProgram) pairs", "more")
      }
      for pair in pairs {
        guard let items = arena.items(pair), items.count == 2 else {
          throw invalid("a list of pairs in an OrderedDict", pair.kind)
        }
        members.append((items[0], items[1]))
      }
    }
    arena.dictionaries.append(members)
    return .dictionary(arena.dictionaries.count - 1)
  }

  /// The state given to an object: dictionaries have only `_metadata`, which is not needed.
  private mutating func build() throws(WeightError) {
    _ = try pop()
    guard stack.count > (marks.last ?? 0), let target = stack.last else { throw invalid("an object to build", "none") }
    switch target {
    case .dictionary, .opaque: break
    default: throw .refused(path: path, what: "the pickle operation BUILD on \(target.kind)")
    }
  }

  private mutating func persistent(_ identifier: PickleValue) throws(WeightError) -> PickleValue {
    guard let items = arena.items(identifier) else { throw invalid("a tuple that names a storage", identifier.kind) }
    do {
      return try arena.addStorage(items)
    } catch {
      throw invalid(error.expected, error.found)
    }
  }

  private mutating func tensor(_ arguments: [PickleValue]) throws(WeightError) -> PickleValue {
    do {
      return try arena.addTensor(arguments, fileLength: fileLength)
    } catch {
      throw invalid(error.expected, error.found)
    }
  }

  // MARK: - Stack and bytes

  private mutating func push(_ value: PickleValue) { stack.append(value) }

  private mutating func pop() throws(WeightError) -> PickleValue {
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

  private mutating func advance(_ count: Int) throws(WeightError) -> Int {
    guard count >= 0, count <= bytes.count - position else {
      throw invalid("\(count) more bytes", "\(bytes.count - position)")
    }
    defer { position += count }
    return position
  }

  /// A little-endian integer of 1, 2, 4 or 8 bytes.
  private mutating func unsigned(_ width: Int) throws(WeightError) -> Int {
    let start = try advance(width)
    var value: UInt64 = 0
    for i in (0..<width).reversed() { value = value << 8 | UInt64(bytes[start + i]) }
    return Int(clamping: value)
  }

  private mutating func line() throws(WeightError) -> String {
    let start = position
    while try unsigned(1) != 0x0A {
      guard position - start <= 1024 else { throw invalid("a name of at most 1024 bytes", "a longer one", at: start) }
    }
    return String(decoding: bytes.array(start..<position - 1), as: UTF8.self)
  }

  private func invalid(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
    .invalid(path: path, operation: "reading a pickle", expected: expected, found: found, at: at ?? position)
  }
}
