internal import Files

/// PyTorch's container before 1.6, and `_use_new_zipfile_serialization=False` since: five pickles, then raw data; or one plain
/// pickle of tensors, as `pickle.dump` writes it.
///
///     magic number 0x1950a86a20f9469cfc6c · protocol 1001 · system information · the object · list of storage keys
///     for each key: element count (int64, little-endian), elements
///
/// The data stay in the file: a tensor is read when it is asked for.
struct LegacyCheckpoint {
  /// The magic number, little-endian.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  /// Whether a file begins like a pickle: protocol 2 or higher, or the global with which hostile ones of protocol 0 begin.
  static func recognises(_ bytes: FileBytes) -> Bool {
    guard bytes.count >= 2 else { return false }
    return bytes[0] == 0x80 && (2...5).contains(bytes[1]) || beginsWithGlobal(bytes)
  }

  /// Whether a file begins with the operation GLOBAL: `c`, then two lines that are dotted names. A calibration file, which may
  /// begin with `cam0`, has other characters in its first line.
  private static func beginsWithGlobal(_ bytes: FileBytes) -> Bool {
    guard bytes[0] == UInt8(ascii: "c") else { return false }
    var lines = 0
    for i in 1..<min(bytes.count, 200) {
      switch bytes[i] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
        continue
      case UInt8(ascii: "\n"): lines += 1
      default: return lines >= 2
      }
    }
    return lines >= 2
  }

  /// Reads the directory of such a file; also of one plain pickle, which holds its storages itself.
  ///
  /// - Throws: ``WeightError/file(_:)`` or ``WeightError/refused(path:what:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    var machine = PickleMachine(bytes, fileLength: bytes.count, path: path)
    var root = try machine.run()
    var places: [String: Int] = [:]
    let isPlain: Bool
    if case .longInteger(magic) = root {
      isPlain = false
      try readHead(&machine, afterMagic: true)
      root = try machine.run()
    } else {
      isPlain = true
    }
    let dictionary: StateDictionary
    do {
      dictionary = try StateDictionary(root, in: machine.arena)
    } catch {
      throw machine.invalid(error)
    }
    if !isPlain {
      let keys = try machine.run()
      places = try storagePlaces(keys, &machine)
    }
    var tensors: [WeightTensor] = []
    tensors.reserveCapacity(dictionary.tensors.count)
    for (name, tensor) in dictionary.tensors {
      let storage = machine.arena.storages[tensor.storage]
      guard let place = storage.place ?? places[storage.key] else {
        throw machine.invalidCheckpoint("data of storage \(quoted(storage.key)) for \(quoted(name))", "none")
      }
      let offset = place + (storage.offset + tensor.offset) * storage.type.byteCount
      tensors.append(
        WeightTensor(
          name: name, shape: tensor.shape, elementType: storage.type,
          source: .bytes(bytes, offset: offset, strides: tensor.strides)))
    }
    return try WeightStore(
      every: tensors, root: dictionary.root, metadata: dictionary.metadata, path: path,
      container: isPlain ? .plainPickle : .pyTorchLegacy)
  }

  /// Runs the pickles before the object: magic number, protocol, system information.
  ///
  /// - Parameter afterMagic: whether the magic number was read already.
  static func readHead(_ machine: inout PickleMachine, afterMagic: Bool = false) throws(WeightError) {
    if !afterMagic {
      guard case .longInteger(magic) = try machine.run() else {
        throw machine.invalidCheckpoint("PyTorch's magic number", "another pickle")
      }
    }
    guard case .integer(1001) = try machine.run() else {
      throw machine.invalidCheckpoint("protocol 1001", "another", at: machine.position)
    }
    let system = try machine.run()
    guard case .dictionary(let index) = system else { return }
    for member in machine.arena.dictionaries[index] {
      if case .text("little_endian") = member.key, case .boolean(false) = member.value {
        throw machine.invalidCheckpoint("little-endian data", "big-endian")
      }
    }
  }

  /// Where the elements of each storage begin, bytes; they lie behind the list of their keys.
  static func storagePlaces(_ keys: PickleValue, _ machine: inout PickleMachine) throws(WeightError) -> [String: Int] {
    guard let items = machine.arena.items(keys) else {
      throw machine.invalidCheckpoint("a list of storage keys", keys.kind, at: machine.position)
    }
    var places: [String: Int] = [:]
    for item in items {
      guard case .text(let key) = item else {
        throw machine.invalidCheckpoint("the key of a storage", item.kind, at: machine.position)
      }
      let position = machine.position
      guard machine.remaining >= 8 else {
        throw machine.invalidCheckpoint("the element count of storage \(quoted(key))", "the end", at: position)
      }
      let count = try machine.unsigned(8)
      guard let storage = machine.arena.storageCounts[key] else {
        throw machine.invalidCheckpoint("the key of a storage that a tensor uses", quoted(key), at: position)
      }
      guard count == storage.count else {
        throw machine.invalidCheckpoint("\(storage.count) elements in storage \(quoted(key))", "\(count)", at: position)
      }
      let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteCount)
      guard !overflow, size <= machine.remaining else {
        throw machine.invalidCheckpoint(
          "\(storage.count) \(storage.type.rawValue) in storage \(quoted(key))", "only \(machine.remaining) bytes",
          at: position)
      }
      guard places.updateValue(position + 8, forKey: key) == nil else {
        throw machine.invalidCheckpoint("each storage once", "\(quoted(key)) again", at: position)
      }
      _ = try machine.advance(size)
    }
    return places
  }
}

extension PickleMachine {
  /// Bytes that were not read.
  var remaining: Int { end - position }

  /// The error of a checkpoint whose pickles are sound but do not say what they must.
  func invalidCheckpoint(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
    .invalid(path: path, operation: "reading a PyTorch checkpoint", expected: expected, found: found, at: at)
  }

  /// The error of an object that is no dictionary of tensors.
  func invalid(_ problem: RebuildingProblem) -> WeightError { invalidCheckpoint(problem.expected, problem.found) }
}
