/// Finds the tensors of a file by the names that a network gives them, below whatever root they are.
///
/// The first name that is found anywhere decides: the suggested root of the file is tried first, then every candidate of
/// ``NameRoot``. All later names are looked for below that root only.
final class NetworkNames {
  private let store: WeightStore
  private lazy var every = store.every
  private lazy var places = Dictionary(
    every.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  private lazy var candidates = NameRoot.candidates(for: every.map(\.name))

  /// The root below which the network's names are, once it is known.
  private(set) var root: String?

  init(of store: WeightStore) { self.store = store }

  /// The tensor that the network calls `name`.
  func tensor(_ name: String) -> WeightTensor? {
    if let root { return root == store.root ? store[name] : stored(root, name) }
    if let tensor = store[name] {
      root = store.root
      return tensor
    }
    for candidate in candidates {
      if let tensor = stored(candidate, name) {
        root = candidate
        return tensor
      }
    }
    return nil
  }

  /// Whether any tensor's name begins with `start`.
  func contains(prefix start: String) -> Bool {
    if let root { return tensors(below: root).contains { $0.name.hasPrefix(start) } }
    return store.tensors.contains { $0.name.hasPrefix(start) }
      || candidates.contains { candidate in every.contains { $0.name.hasPrefix(candidate + start) } }
  }

  /// The tensors below the root, as the network calls them.
  var tensors: [WeightTensor] { tensors(below: root ?? store.root) }

  private func tensors(below root: String) -> [WeightTensor] {
    if root == store.root { return store.tensors }
    return every.filter { $0.name.hasPrefix(root) }.map { $0.renamed(String($0.name.dropFirst(root.count))) }
  }

  private func stored(_ root: String, _ name: String) -> WeightTensor? {
    places[root + name].map { every[$0].renamed(name) }
  }
}
