internal import Files

/// What a file of weights is, for people and programs.
public struct WeightFileDescription: Equatable, Sendable {
  /// One tensor of the file.
  public struct Tensor: Equatable, Sendable, Encodable {
    /// Dotted path.
    public let name: String
    /// How elements are stored, as safetensors writes it: `F32`, …
    public let elementType: String
    /// Extents, slowest axis first.
    public let shape: [Int]
  }

  /// The file.
  public let path: String
  /// What kind of file it is.
  public let format: String
  /// The tensors, in the order of the file.
  public let tensors: [Tensor]
  /// Elements of all tensors together.
  public let elements: Int
  /// Strings beside the tensors.
  public let metadata: [String: String]
  /// The prefix of the tensors' names that training programs add, as `state_dict.module.`; empty if there is none.
  public let root: String
  /// The methods whose networks the tensors fit, where somebody has tried.
  public var methods: [String]?

  /// Describes an opened file.
  public init(of store: WeightStore) {
    path = store.path
    format = store.container.rawValue
    tensors = store.tensors.map { Tensor(name: $0.name, elementType: $0.elementType.rawValue, shape: $0.shape) }
    elements = store.tensors.reduce(0) { $0 + $1.count }
    metadata = store.metadata
    root = store.root
  }

  /// Describes the file at `path`.
  ///
  /// - Throws: ``WeightError``.
  public init(path: String) throws(WeightError) { self.init(of: try WeightStore(path: path)) }
}

extension WeightFileDescription: CustomStringConvertible, Encodable {
  /// One line for the file, one for each string beside the tensors, one for each tensor.
  public var description: String {
    var lines = [
      "\(printablePath(path)): weights, \(format), \(tensors.count) tensors, \(elements) elements"
        + (root.isEmpty ? "" : ", below \(quoted(String(root.dropLast())))")
    ]
    if let methods { lines.append("  fits: \(methods.isEmpty ? "no method" : methods.joined(separator: ", "))") }
    lines += metadata.sorted { $0.key < $1.key }.map { "  \(quoted($0.key)): \(quoted($0.value))" }
    lines += tensors.map { "  \(printable($0.name)) \($0.elementType) \($0.shape)" }
    return lines.joined(separator: "\n")
  }

  private enum CodingKeys: String, CodingKey {
    case path, kind, format, prefix, methods, tensors, elements, metadata
  }

  /// A JSON object: `path`, `kind` (`weights`), `format`, `prefix`, `methods`, `tensors`, `elements`, `metadata`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode("weights", forKey: .kind)
    try container.encode(format, forKey: .format)
    try container.encode(root, forKey: .prefix)
    try container.encodeIfPresent(methods, forKey: .methods)
    try container.encode(tensors, forKey: .tensors)
    try container.encode(elements, forKey: .elements)
    try container.encode(metadata, forKey: .metadata)
  }
}
