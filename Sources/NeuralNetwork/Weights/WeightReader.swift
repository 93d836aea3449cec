internal import Files

/// Takes tensors out of a ``WeightStore`` for one network, and remembers everything that does not fit.
///
/// The names may be below any container or prefix that training programs add: see ``NetworkNames``.
///
/// A network asks for each tensor with the shape it needs, below dotted paths:
///
///     let reader = store.reader()
///     let first = reader.scope("feature_extraction.firstconv.0.0")
///     let weight = first.tensor("weight", shape: [32, 3, 3, 3])
///     …
///     try reader.finish()            // one error with every missing, surplus and wrongly shaped tensor
///     let values = weight.values()   // only now
///
/// In place of a tensor that does not fit it hands out zeros of the shape that was asked for (1 for an extent left open), so that
/// the network goes on to the end of its list; `finish` then throws. A network that takes its widths from the file asks for
/// ``extent(_:axis:rank:)`` and passes the answer on: `nil`, after a tensor that was missing, fits anything.
public struct WeightReader {
  private let store: WeightStore
  private let prefix: String
  private let ledger: Ledger

  /// What has been taken and what was wrong, shared by all scopes of one reading.
  private final class Ledger {
    var taken: Set<String> = []
    var problems: [String] = []
    var missing: Set<String> = []
    let names: NetworkNames

    init(_ store: WeightStore) { names = NetworkNames(of: store) }
  }

  init(of store: WeightStore) {
    self.store = store
    prefix = ""
    ledger = Ledger(store)
  }

  private init(store: WeightStore, prefix: String, ledger: Ledger) {
    self.store = store
    self.prefix = prefix
    self.ledger = ledger
  }

  /// The strings beside the tensors.
  public var metadata: [String: String] { store.metadata }

  /// The tensors below `path`: names asked of the result are appended to it with a dot.
  public func scope(_ path: String) -> WeightReader {
    WeightReader(store: store, prefix: prefix + path + ".", ledger: ledger)
  }

  /// Whether there is a tensor of that name; without taking it.
  public func contains(_ name: String) -> Bool { ledger.names.tensor(prefix + name) != nil }

  /// Whether there is any tensor whose path begins with `path` and a dot.
  public func containsScope(_ path: String) -> Bool {
    ledger.names.contains(prefix: prefix + path + ".")
  }

  /// One extent of a tensor, without taking it; `nil`, and a problem noted, if it is missing or of another rank.
  ///
  /// - Parameters:
  ///   - name: below this scope.
  ///   - axis: which extent, slowest axis first.
  ///   - rank: number of axes that the tensor must have.
  public func extent(_ name: String, axis: Int, rank: Int) -> Int? {
    let path = prefix + name
    guard let tensor = ledger.names.tensor(path) else {
      noteMissing(path, shape: [Int?](repeating: nil, count: rank))
      return nil
    }
    // A wrong rank is noted when the tensor is taken.
    return tensor.shape.count == rank ? tensor.shape[axis] : nil
  }

  /// Takes the tensor `name` of this scope.
  ///
  /// - Parameter shape: extents it must have; `nil` fits any extent from 1 upwards.
  public func tensor(_ name: String, shape: [Int?]) -> WeightTensor {
    let path = prefix + name
    ledger.taken.insert(path)
    guard let tensor = ledger.names.tensor(path) else {
      noteMissing(path, shape: shape)
      return placeholder(path, shape: shape)
    }
    let fits = tensor.shape.count == shape.count && zip(tensor.shape, shape).allSatisfy { $0 == ($1 ?? max($0, 1)) }
    if !fits {
      ledger.problems.append("\(path): expected \(described(shape)), found \(tensor.shape)")
      return placeholder(path, shape: shape)
    }
    return tensor
  }

  /// Takes the tensor `name` if the file has it.
  public func tensorIfPresent(_ name: String, shape: [Int?]) -> WeightTensor? {
    contains(name) ? tensor(name, shape: shape) : nil
  }

  /// Notes a problem that only the network can see.
  public func note(problem: String) { ledger.problems.append(problem) }

  /// Ends the reading.
  ///
  /// - Parameter unused: tensors that published files of this network have and nobody needs: exact paths, or with one `*`
  ///   at either end. PyTorch's `num_batches_tracked` counters are never needed and always allowed.
  /// - Throws: ``WeightError/mismatch(path:problems:)`` with every problem noted, and every tensor that nobody took.
  public func finish(ignoring unused: [String] = []) throws(WeightError) {
    var problems = ledger.problems
    let patterns = unused + ["*num_batches_tracked"]
    for tensor in ledger.names.tensors where !ledger.taken.contains(tensor.name) {
      if !patterns.contains(where: { matches(tensor.name, $0) }) {
        problems.append("surplus \(tensor.name) \(tensor.shape)")
      }
    }
    if !problems.isEmpty { throw .mismatch(path: store.path, problems: problems) }
    if let root = ledger.names.root, !root.isEmpty {
      WeightNotes.add(
        "\(printablePath(store.path)): the network's tensors are those below \(quoted(String(root.dropLast())))")
    }
  }

  private func noteMissing(_ path: String, shape: [Int?]) {
    if ledger.missing.insert(path).inserted { ledger.problems.append("missing \(path) \(described(shape))") }
  }

  private func placeholder(_ path: String, shape: [Int?]) -> WeightTensor {
    WeightTensor(name: path, shape: shape.map { $0 ?? 1 }, elementType: .float32, source: .zeros)
  }

  private func described(_ shape: [Int?]) -> String {
    "[" + shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ") + "]"
  }
}

/// Whether `name` is `pattern`, which may have one `*` at its beginning or end.
private func matches(_ name: String, _ pattern: String) -> Bool {
  if pattern.hasPrefix("*") { return name.hasSuffix(pattern.dropFirst()) }
  if pattern.hasSuffix("*") { return name.hasPrefix(pattern.dropLast()) }
  return name == pattern
}
