internal import Files

/// One named tensor of a file of weights. Its values stay in the file until they are asked for.
public struct WeightTensor: Sendable {
  /// Dotted path, as in the checkpoint but without the store's ``WeightStore/root``.
  public let name: String
  /// Extents, slowest axis first; empty for a scalar.
  public let shape: [Int]
  /// How the file stores the elements.
  public let elementType: ElementType

  /// Where the values are.
  enum Source: Sendable {
    /// In a file: byte of element 0, distances between neighbours along each axis in elements.
    case bytes(FileBytes, offset: Int, strides: [Int])
    /// In memory, C order.
    case values([Float])
    /// Every element is zero: what a reader hands out in place of a tensor that is not there.
    case zeros
  }

  let source: Source

  init(name: String, shape: [Int], elementType: ElementType, source: Source) {
    self.name = name
    self.shape = shape
    self.elementType = elementType
    self.source = source
  }

  /// A tensor of its own memory.
  ///
  /// - Parameters:
  ///   - name: dotted path.
  ///   - shape: extents, slowest axis first.
  ///   - values: elements in C order.
  /// - Precondition: `values` has as many elements as `shape` says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && values.count == shape.reduce(1, *),
      "WeightTensor \(name): shape \(shape) and \(values.count) values")
    self.init(name: name, shape: shape, elementType: .float32, source: .values(values))
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Bytes that ``values()`` allocates: none where the elements are in memory already.
  package var readBytes: Int {
    if case .values = source { 0 } else { count * MemoryLayout<Float>.size }
  }

  /// The elements in C order (last axis fastest). `F64` and integers are rounded to the nearest `Float`; the narrower
  /// floating-point types are exact.
  ///
  /// - Complexity: O(count); reads the file's pages the first time.
  public func values() -> [Float] {
    switch source {
    case .values(let values): values
    case .zeros: [Float](repeating: 0, count: count)
    case .bytes(let bytes, let offset, let strides):
      bytes.floats(at: offset, shape: shape, strides: strides, as: elementType)
    }
  }

  /// The same tensor by another name.
  func renamed(_ name: String) -> WeightTensor {
    WeightTensor(name: name, shape: shape, elementType: elementType, source: source)
  }
}
