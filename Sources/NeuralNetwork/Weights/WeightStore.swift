internal import Files

/// What kind of file weights came from.
public enum WeightContainer: String, Sendable {
  /// Our format: safetensors.
  case safeTensors = "safetensors"
  /// A PyTorch checkpoint since 1.6: a zip archive with `data.pkl`.
  case pyTorchArchive = "PyTorch zip archive"
  /// A PyTorch checkpoint before 1.6: pickles, then raw storages.
  case pyTorchLegacy = "PyTorch legacy pickle"
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
  /// The tensors in the order of the file.
  public let tensors: [WeightTensor]
  private let positions: [String: Int]

  /// A store of tensors in memory.
  ///
  /// - Throws: ``WeightError/file(_:)`` if two tensors have one name.
  public init(
    tensors: [WeightTensor], metadata: [String: String] = [:], path: String = "memory",
    container: WeightContainer = .memory
  ) throws(WeightError) {
    var positions: [String: Int] = [:]
    positions.reserveCapacity(tensors.count)
    for (position, tensor) in tensors.enumerated() where positions.updateValue(position, forKey: tensor.name) != nil {
      throw .invalid(
        path: path, operation: "collecting tensors", expected: "one tensor of each name",
        found: "two named \(quoted(tensor.name))", at: nil)
    }
    self.path = path
    self.container = container
    self.metadata = metadata
    self.tensors = tensors
    self.positions = positions
  }

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
    self.metadata = metadata
  }
}
