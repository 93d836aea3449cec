internal import Files

/// PyTorch's container before 1.6, and `_use_new_zipfile_serialization=False` since: five pickles, then raw data.
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

  /// Reads the directory of such a file.
  ///
  /// - Throws: ``WeightError/file(_:)`` or ``WeightError/refused(path:what:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    func invalid(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
      .invalid(path: path, operation: "reading a PyTorch checkpoint", expected: expected, found: found, at: at)
    }
    var machine = PickleMachine(bytes, fileLength: bytes.count, path: path)
    guard case .longInteger(magic) = try machine.run() else {
      throw invalid("PyTorch's magic number", "another pickle", at: 0)
    }
    guard case .integer(1001) = try machine.run() else {
      throw invalid("protocol 1001", "another", at: machine.position)
    }
    let system = try machine.run()
    if case .dictionary(let index) = system {
      for member in machine.arena.dictionaries[index] {
        if case .text("little_endian") = member.key, case .boolean(false) = member.value {
          throw invalid("little-endian data", "big-endian")
        }
      }
    }
    let root = try machine.run()
    let dictionary: StateDictionary
    do {
      dictionary = try StateDictionary(root, in: machine.arena)
    } catch {
      throw invalid(error.expected, error.found)
    }
    let keys = try machine.run()
    let places = try storagePlaces(keys, machine, bytes, path: path)
    var tensors: [WeightTensor] = []
    tensors.reserveCapacity(dictionary.tensors.count)
    for (name, tensor) in dictionary.tensors {
      let storage = machine.arena.storages[tensor.storage]
      guard let place = places[storage.key] else {
        throw invalid("data of storage \(quoted(storage.key)) for \(quoted(name))", "none")
      }
      let offset = place + (storage.offset + tensor.offset) * storage.type.byteCount
      tensors.append(
        WeightTensor(
          name: name, shape: tensor.shape, elementType: storage.type,
          source: .bytes(bytes, offset: offset, strides: tensor.strides)))
    }
    return try WeightStore(tensors: tensors, metadata: dictionary.metadata, path: path, container: .pyTorchLegacy)
  }

  /// Where the elements of each storage begin, bytes.
  private static func storagePlaces(
    _ keys: PickleValue, _ machine: PickleMachine, _ bytes: FileBytes, path: String
  ) throws(WeightError) -> [String: Int] {
    var position = machine.position
    func invalid(_ expected: String, _ found: String) -> WeightError {
      .invalid(path: path, operation: "reading a PyTorch checkpoint", expected: expected, found: found, at: position)
    }
    guard let items = machine.arena.items(keys) else { throw invalid("a list of storage keys", keys.kind) }
    var places: [String: Int] = [:]
    for item in items {
      guard case .text(let key) = item, let storage = machine.arena.storageCounts[key] else {
        throw invalid("the key of a storage that a tensor uses", item.kind)
      }
      guard position <= bytes.count - 8 else { throw invalid("the element count of storage \(quoted(key))", "the end") }
      let count = bytes.integer(at: position, as: Int64.self)
      guard count == storage.count else {
        throw invalid("\(storage.count) elements in storage \(quoted(key))", "\(count)")
      }
      let (size, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.byteCount)
      guard !overflow, size <= bytes.count - position - 8 else {
        throw invalid(
          "\(storage.count) \(storage.type.rawValue) in storage \(quoted(key))",
          "only \(bytes.count - position - 8) bytes")
      }
      guard places.updateValue(position + 8, forKey: key) == nil else {
        throw invalid("each storage once", "\(quoted(key)) again")
      }
      position += 8 + size
    }
    return places
  }
}
