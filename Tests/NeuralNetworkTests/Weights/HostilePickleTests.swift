import NeuralNetwork
import Testing

/// Pickles written by hand, operation by operation, inside the legacy container.
@Suite struct HostilePickleTests {
  /// Magic number, protocol and system information, then `object`, then the keys and data behind it.
  static func checkpoint(_ object: [UInt8], rest: [UInt8] = [0x5D, 0x2E]) -> [UInt8] {
    [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
      + [0x80, 2, 0x4D, 0xE9, 3, 0x2E] + [0x80, 2, 0x7D, 0x2E] + [0x80, 2] + object + rest
  }
  static func text(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + text.utf8 }
  static func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + "\(module)\n\(name)\n".utf8 }
  static func little(_ value: Int, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  static func integer(_ value: Int) -> [UInt8] { [0x8A, 8] + little(value, 8) }
  static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }

  static func storage(key: String = "0", count: Int, view: [UInt8] = [0x4E]) -> [UInt8] {
    tuple([text("storage"), global("torch", "FloatStorage"), text(key), text("cpu"), integer(count), view]) + [0x51]
  }
  static func tensor(offset: Int = 0, shape: [Int], strides: [Int], count: Int = 4, view: [UInt8] = [0x4E]) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2")
      + tuple([
        storage(count: count, view: view), integer(offset), tuple(shape.map(integer)), tuple(strides.map(integer)),
        [0x89],
        [0x4E],
      ]) + [0x52]
  }
  /// A dictionary with one member.
  static func dictionary(_ key: String, _ value: [UInt8]) -> [UInt8] { [0x7D] + text(key) + value + [0x73] }
  /// The key list `["0"]` and a storage of 1, 2, 3, 4.
  static let fourFloats: [UInt8] =
    [0x80, 2, 0x5D] + text("0") + [0x61, 0x2E] + little(4, 8)
    + [1, 2, 3, 4].flatMap { little(Int(Float($0).bitPattern), 4) }

  static func one(_ tensor: [UInt8]) -> [UInt8] { checkpoint(dictionary("w", tensor) + [0x2E], rest: fourFloats) }

  @Test func goodOnesAreRead() throws {
    #expect(
      try WeightStore(bytes: Self.one(Self.tensor(shape: [2, 2], strides: [2, 1])))["w"]?.values() == [1, 2, 3, 4])
    #expect(
      try WeightStore(bytes: Self.one(Self.tensor(shape: [2, 2], strides: [1, 2])))["w"]?.values() == [1, 3, 2, 4])
    #expect(
      try WeightStore(bytes: Self.one(Self.tensor(offset: 1, shape: [3], strides: [0])))["w"]?.values() == [2, 2, 2])
    let view = Self.tuple([Self.text("v"), Self.integer(2), Self.integer(2)])
    #expect(
      try WeightStore(bytes: Self.one(Self.tensor(shape: [2], strides: [1], view: view)))["w"]?.values() == [3, 4])
  }

  /// Numbers that are never used may be anything.
  @Test func unusedStridesAndEmptyTensors() throws {
    let single = Self.one(Self.tensor(offset: 3, shape: [1, 1], strides: [Int.max, 1 << 62]))
    #expect(try WeightStore(bytes: single)["w"]?.values() == [4])
    let empty = Self.one(Self.tensor(offset: 4, shape: [0, 1 << 40], strides: [Int.max, Int.max]))
    #expect(try WeightStore(bytes: empty)["w"]?.values() == [])
    Self.expect(Self.one(Self.tensor(offset: Int.max, shape: [0], strides: [1])), says: "a tensor inside its storage")
  }

  /// Python 2 wrote an OrderedDict as a call with a list of pairs.
  @Test func orderedDictionaryOfPairs() throws {
    let pair = [0x5D, 0x28] + Self.text("w") + Self.tensor(shape: [1], strides: [1]) + [0x65]
    let object = Self.global("collections", "OrderedDict") + [0x5D] + pair + [0x61, 0x85, 0x52, 0x2E]
    #expect(try WeightStore(bytes: Self.checkpoint(object, rest: Self.fourFloats))["w"]?.values() == [1])
  }

  @Test(arguments: [
    (tensor(shape: [5], strides: [1]), "a tensor inside its storage of 4 elements"),
    (tensor(offset: 4, shape: [1], strides: [1]), "a tensor inside its storage"),
    (tensor(offset: -1, shape: [1], strides: [1]), "an extent and a stride from 0"),
    (tensor(shape: [-1], strides: [1]), "an extent and a stride from 0"),
    (tensor(offset: 3, shape: [2], strides: [-1]), "an extent and a stride from 0"),
    (tensor(shape: [2, 2], strides: [1]), "an extent and a stride from 0 for each axis"),
    (tensor(shape: [1 << 40], strides: [0]), "elements in all tensors"),
    (tensor(shape: [1 << 62, 1 << 62], strides: [0, 0]), "elements in all tensors"),
    (tensor(shape: [2, 2], strides: [1 << 62, 1 << 62]), "a tensor inside its storage"),
    (tensor(offset: Int.max, shape: [2], strides: [1]), "a tensor inside its storage"),
    (tensor(shape: [Int](repeating: 1, count: 17), strides: [Int](repeating: 1, count: 17)), "at most 16 axes"),
    (tensor(shape: [1], strides: [1], count: 5), "5 elements in storage “0”, found 4"),
    (tensor(shape: [1], strides: [1], count: Int.max), "elements in storage “0”, found 4"),
    (tensor(shape: [1], strides: [1], count: -1), "type, key, location and count of a storage"),
    (
      tensor(shape: [1], strides: [1], view: tuple([text("v"), integer(3), integer(2)])), "a view inside storage “0”"
    ),
    (tuple([text("module"), [0x4E]]) + [0x51], "\"storage\" in a persistent identifier, found “module”"),
    ([0x4E], "a dictionary of tensors, found one without any"),
  ])
  func impossibleTensors(tensor: [UInt8], says: String) {
    Self.expect(Self.one(tensor), says: says)
  }

  static func expect(_ bytes: [UInt8], says: String, _ location: SourceLocation = #_sourceLocation) {
    let error = #expect(throws: WeightError.self, sourceLocation: location) { try WeightStore(bytes: bytes) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(says), "\(String(describing: error))", sourceLocation: location)
  }

  @Test(arguments: [
    ("posix", "system"), ("os", "system"), ("builtins", "eval"), ("__builtin__", "getattr"), ("torch", "load"),
    ("subprocess", "Popen"), ("importlib", "import_module"), ("os.path", "join"), ("types", "CodeType"),
  ])
  func globalsOfAttacksAreRefused(module: String, name: String) {
    Self.expect(Self.checkpoint(Self.global(module, name) + [0x2E]), says: "refused the global “")
    let stacked = Self.text(module) + Self.text(name) + [0x93, 0x2E]
    Self.expect(Self.checkpoint(stacked), says: "refused the global “")
  }

  /// All others are carried as what they are called, and so is what they would have made.
  @Test(arguments: [
    ("torch.cuda", "Stream"), ("torch", "Storage"), ("collections", "OrderedDict.fromkeys"), ("", ""), ("a\u{7}b", "c"),
    ("my.package", "Options"),
  ])
  func everyOtherGlobalIsOpaque(module: String, name: String) throws {
    let global = Self.global(module, name)
    Self.expect(Self.checkpoint(global + [0x2E]), says: "a dictionary of tensors, found the global “")
    let called = global + [0x29, 0x52] + Self.dictionary("state", [0x4E]) + [0x62]
    Self.expect(Self.checkpoint(called + [0x2E]), says: "(`torch.save(model.state_dict(), …)`), found an object of “")
    let calledAgain = called + [0x29, 0x52]
    let beside = [0x7D, 0x28] + Self.text("w") + Self.tensor(shape: [1], strides: [1]) + Self.text("o") + calledAgain
    let bytes = Self.checkpoint(beside + [0x75, 0x2E], rest: Self.fourFloats)
    #expect(try WeightStore(bytes: bytes).tensors.map(\.name) == ["w"])
  }

  @Test(
    arguments: [
      (0x69, "INST"), (0x6F, "OBJ"), (0x50, "PERSID"), (0x82, "EXT1"), (0x97, "NEXT_BUFFER"),
    ] as [(UInt8, String)])
  func otherOperationsAreRefused(code: UInt8, name: String) {
    Self.expect(Self.checkpoint([code, 0x2E]), says: "refused the pickle operation \(name)")
  }

  @Test(
    arguments: [
      ([0x2E], "a value on the pickle's stack"), ([0x74], "a mark"), ([0x28, 0x30], "a value on the pickle's stack"),
      ([0x68, 9], "a remembered value 9"), ([0x71, 0], "a value to remember"), ([0x4E, 0x61], "a container to fill"),
      ([0x4E, 0x4E, 0x61], "a list or dictionary to fill, found None"),
      ([0x7D, 0x28, 0x4E, 0x75], "keys and values in pairs"),
      ([0x58, 0xFF, 0xFF, 0xFF, 0x7F], "2147483647 more bytes"),
      ([0x8D] + [UInt8](repeating: 0xFF, count: 8), "more bytes"),
      ([0x58, 1, 0, 0, 0, 0xFF], "a string in UTF-8"), ([0x00], "a pickle operation, found byte 0x0"),
      ([0x80, 9], "protocol"),
      ([0x7D, 0x4E, 0x52], "a tuple of arguments"), ([0x4E, 0x29, 0x52], "refused a call of None"),
      ([0x4E, 0x4E, 0x62], "BUILD on None"), ([0x4E, 0x51], "a tuple that names a storage"),
      ([0x4E, 0x4E, 0x93], "two strings as the name of a global"),
      ([0x63] + [UInt8](repeating: 65, count: 2000), "1024 bytes"),
      (global("torch", "FloatStorage") + [0x29, 0x52], "refused a call of the global the storage of F32"),
    ] as [([UInt8], String)])
  func brokenPickles(operations: [UInt8], says: String) {
    Self.expect(Self.checkpoint(operations + [0x2E]), says: says)
  }

  @Test func deepNestingAndCyclesEnd() {
    // A tuple of a tuple of a tuple, a million times; freed without recursion.
    let deep = [0x29] + [UInt8](repeating: 0x85, count: 1_000_000)
    Self.expect(
      Self.checkpoint(Self.dictionary("w", deep) + [0x2E]), says: "a dictionary of tensors, found one without any")
    // A list that holds itself.
    let cycle: [UInt8] = [0x5D, 0x71, 0, 0x68, 0, 0x61]
    Self.expect(
      Self.checkpoint(Self.dictionary("w", cycle) + [0x2E]), says: "a dictionary of tensors, found one without any")
    // Each of 60 lists holds the one before twice: 2^60 paths.
    var doubling: [UInt8] = [0x5D]
    for level in 0..<60 {
      doubling += [0x71, UInt8(level), 0x30, 0x5D, 0x28, 0x68, UInt8(level), 0x68, UInt8(level), 0x65]
    }
    Self.expect(Self.checkpoint(Self.dictionary("w", doubling) + [0x2E]), says: "expected")
    // One list of 100,000 pairs made into dictionaries again and again.
    let pair: [UInt8] = [0x4E, 0x4E, 0x86]
    let pairs = [0x5D, 0x28] + Array(repeatElement(pair, count: 100_000).joined()) + [0x65, 0x71, 1, 0x30]
    let again = Self.global("collections", "OrderedDict") + [0x68, 1, 0x85, 0x52, 0x30]
    let repeated = pairs + Array(repeatElement(again, count: 1000).joined())
    Self.expect(Self.checkpoint(repeated + [0x4E, 0x2E]), says: "at most 4000000 pairs")
    // More operations than any checkpoint has.
    Self.expect(
      Self.checkpoint(Array(repeatElement([0x4E, 0x30], count: 2_100_000).joined())), says: "pickle operations")
  }

  @Test func damagedData() {
    let good = Self.one(Self.tensor(shape: [4], strides: [1]))
    Self.expect(Array(good.dropLast()), says: "4 F32 in storage “0”, found only 15 bytes")
    Self.expect(Array(good.dropLast(20)), says: "the element count of storage “0”")
    let object = Self.dictionary("w", Self.tensor(shape: [4], strides: [1])) + [0x2E]
    Self.expect(Self.checkpoint(object), says: "data of storage “0” for “w”, found none")
    let unknown: [UInt8] = [0x80, 2, 0x5D] + Self.text("7") + [0x61, 0x2E] + Self.little(4, 8)
    Self.expect(Self.checkpoint(object, rest: unknown), says: "the key of a storage that a tensor uses")
    let twice = Self.checkpoint(
      [0x7D, 0x28] + Self.text("w") + Self.tensor(shape: [1], strides: [1]) + Self.text("w")
        + Self.tensor(shape: [1], strides: [1]) + [0x75, 0x2E], rest: Self.fourFloats)
    Self.expect(twice, says: "two named “w”")
  }
}
