internal import Files

/// What a pickle can put on its stack here. Containers are numbers of a ``PickleArena``: sharing, cycles and deep nesting cost
/// nothing and free without recursion.
enum PickleValue {
  case none
  case boolean(Bool)
  case integer(Int)
  /// An integer wider than 64 bits: its bytes, little-endian two's complement.
  case longInteger([UInt8])
  case real(Double)
  case text(String)
  /// Bytes of the file.
  case bytes(Range<Int>)
  /// Something that tensors do not need, by the name of what made it.
  case opaque(String)
  case global(PickleGlobal)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
}

extension PickleValue {
  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .boolean: "a boolean"
    case .integer, .longInteger: "an integer"
    case .real: "a float"
    case .text: "a string"
    case .bytes: "bytes"
    case .opaque(let name): "an object of \(quoted(name))"
    case .global(.opaque(let name)): "the global \(quoted(name))"
    case .global(let global): "the global \(global.name)"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .storage: "a storage"
    case .tensor: "a tensor"
    }
  }
}

/// A storage of a checkpoint, or a window of one: elements `offset ..< offset + count` of the data called `key`.
struct StorageReference {
  let key: String
  let type: ElementType
  let offset: Int
  let count: Int
  /// Byte of the file where the data of `key` begin, if the pickle itself holds them.
  var place: Int?
}

/// A tensor as a pickle describes it: a strided view of a storage.
struct TensorReference {
  /// Number of the storage in the arena.
  let storage: Int
  /// Element of the storage where the tensor begins.
  let offset: Int
  let shape: [Int]
  /// Elements between neighbours along each axis.
  let strides: [Int]
}

/// Everything that a pickle has made.
struct PickleArena {
  /// Contents of tuples and lists.
  var sequences: [[PickleValue]] = []
  /// Contents of dictionaries, in order of insertion.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []
  /// Elements of each storage's data by its key, as the pickle says.
  var storageCounts: [String: (type: ElementType, count: Int)] = [:]
  /// Elements of all tensors together.
  var elements = 0

  /// The items of a tuple or list; `nil` for anything else.
  func items(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index), .list(let index): sequences[index]
    default: nil
    }
  }

  /// The integers of a short tuple or list; `nil` if it is not one, or holds something else.
  func integers(_ value: PickleValue) -> [Int]? {
    guard let items = items(value), items.count <= SafeTensors.highestRank else { return nil }
    var integers: [Int] = []
    for item in items {
      guard case .integer(let integer) = item else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
