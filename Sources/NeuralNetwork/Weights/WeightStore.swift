internal import Files

/// What kind of file weights came from.
public enum WeightContainer: String, Sendable {
  /// Our format: safetensors.
  case safeTensors = "safetensors"
  /// A PyTorch checkpoint since 1.6: a zip archive with `data.pkl`.
  case pyTorchArchive = "PyTorch zip archive"
  /// A PyTorch checkpoint before 1.6: pickles, then raw storages.
  case pyTorchLegacy = "PyTorch legacy pickle"
  /// One pickle of tensors, as Python's own `pickle.dump` writes it.
  case plainPickle = "pickle"
  /// Torch 7's serialised objects, of numbers in bytes or in text.
  case torch7 = "Torch7"
  /// A Caffe model: a protocol buffer.
  case caffe = "Caffe model"
  /// Made in memory.
  case memory
}

/// Named tensors and what is written beside them: a file of weights, opened.
///
/// Opening reads and checks the directory of the file; values are read when a tensor is asked for them.
public struct WeightStore: Sendable {
  /// The file, for messages.
  public let path: String
  /// What kind of file it is.
  public let container: WeightContainer
  /// Strings beside the tensors: method, conventions (`align-corners`), training data, licence; or the scalars that a checkpoint
  /// holds beside its tensors (`epoch`).
  public let metadata: [String: String]
  /// The tensors in the order of the file; without the prefix ``root``, and only those below it.
  public let tensors: [WeightTensor]
  /// The prefix that training programs put around the network's names, as `state_dict.module.`; empty if there is none.
  public let root: String
  /// The tensors that are not below ``root``, by their full names.
  let others: [WeightTensor]
  private let positions: [String: Int]

  /// A store of tensors in memory.
  ///
  /// - Throws: ``WeightError/file(_:)`` if two tensors have one name.
  public init(
    tensors: [WeightTensor], metadata: [String: String] = [:], path: String = "memory",
    container: WeightContainer = .memory
  ) throws(WeightError) {
    try self.init(every: tensors, root: "", metadata: metadata, path: path, container: container)
  }

  /// A store of a file's tensors.
  ///
  /// - Parameters:
  ///   - every: all tensors, by their full names.
  ///   - root: the prefix of those that are meant; empty, or with a dot at its end.
  /// - Throws: ``WeightError/file(_:)`` if two tensors have one name.
  init(
    every: [WeightTensor], root: String, metadata: [String: String], path: String, container: WeightContainer
  ) throws(WeightError) {
    let tensors =
      root.isEmpty
      ? every : every.filter { $0.name.hasPrefix(root) }.map { $0.renamed(String($0.name.dropFirst(root.count))) }
    try Self.check(every, path: path)
    self.path = path
    self.container = container
    self.metadata = metadata
    self.tensors = tensors
    self.root = root
    others = root.isEmpty ? [] : every.filter { !$0.name.hasPrefix(root) }
    positions = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  private static func check(_ tensors: [WeightTensor], path: String) throws(WeightError) {
    var names: Set<String> = []
    names.reserveCapacity(tensors.count)
    for tensor in tensors where !names.insert(tensor.name).inserted {
      throw .invalid(
        path: path, operation: "collecting tensors", expected: "one tensor of each name",
        found: "two named \(quoted(tensor.name))", at: nil)
    }
  }

  /// All tensors of the file, by their full names.
  var every: [WeightTensor] { root.isEmpty ? tensors : tensors.map { $0.renamed(root + $0.name) } + others }

  /// The tensor of that name, if there is one.
  public subscript(name: String) -> WeightTensor? { positions[name].map { tensors[$0] } }

  /// Begins to take the tensors that a network needs.
  public func reader() -> WeightReader { WeightReader(of: self) }

  /// The same tensors with other strings beside them.
  ///
  /// - Parameter additions: replace strings of the same key.
  public func adding(metadata additions: [String: String]) -> WeightStore {
    WeightStore(copying: self, metadata: metadata.merging(additions) { $1 })
  }

  private init(copying other: WeightStore, metadata: [String: String]) {
    (path, container, tensors, positions) = (other.path, other.container, other.tensors, other.positions)
    (root, others) = (other.root, other.others)
    self.metadata = metadata
  }
}
