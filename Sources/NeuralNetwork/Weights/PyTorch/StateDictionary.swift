internal import Files

/// The tensors of a checkpoint by their dotted paths, and the scalars beside those that are meant.
///
/// A checkpoint is a dictionary. Every tensor in it is taken, members of nested dictionaries, lists and tuples by dotted path;
/// dictionaries whose name begins with `optim` (an optimiser's state) are left out, and so is whatever has no name that a tensor can
/// have. ``root`` says below which containers and prefixes the network's are. Strings and numbers in the containers on the way
/// there become metadata.
struct StateDictionary {
  private(set) var tensors: [(name: String, tensor: TensorReference)] = []
  /// The prefix of the tensors that are meant; see ``NameRoot``.
  private(set) var root = ""
  private(set) var metadata: [String: String] = [:]

  private static let deepest = 8
  private static let longestName = 512
  private static let mostTensors = 100_000

  private let arena: PickleArena
  /// Containers that were looked into: even numbers for dictionaries, odd for lists and tuples.
  private var visited: Set<Int> = []
  /// Dictionaries by their paths.
  private var dictionaries: [String: Int] = [:]

  /// - Throws: ``RebuildingProblem`` if there are no tensors, or the object is too strange.
  init(_ object: PickleValue, in arena: PickleArena) throws(RebuildingProblem) {
    self.arena = arena
    guard case .dictionary(let index) = object else {
      let hint = if case .opaque = object { " (`torch.save(model.state_dict(), …)`)" } else { "" }
      throw RebuildingProblem(expected: "a dictionary of tensors" + hint, found: object.kind)
    }
    try take(object, name: "", depth: 0)
    if tensors.isEmpty { throw RebuildingProblem(expected: "a dictionary of tensors", found: "one without any") }
    root = NameRoot.suggested(for: tensors.map(\.name), containers: Set(dictionaries.keys))
    takeScalars(index)
    for end in root.indices where root[end] == "." {
      if let inner = dictionaries[String(root[..<end])] { takeScalars(inner) }
    }
  }

  private mutating func takeScalars(_ index: Int) {
    for member in arena.dictionaries[index] {
      guard case .text(let key) = member.key, key.utf8.count <= Self.longestName else { continue }
      switch member.value {
      case .text(let text): metadata[key] = text
      case .integer(let integer): metadata[key] = String(integer)
      case .real(let real): metadata[key] = String(real)
      case .boolean(let boolean): metadata[key] = String(boolean)
      default: break
      }
    }
  }

  private mutating func take(_ value: PickleValue, name: String, depth: Int) throws(RebuildingProblem) {
    switch value {
    case .tensor(let index):
      guard tensors.count < Self.mostTensors else {
        throw RebuildingProblem(expected: "at most \(Self.mostTensors) tensors", found: "more")
      }
      tensors.append((name, arena.tensors[index]))
    case .dictionary(let index):
      guard depth <= Self.deepest, visited.insert(2 * index).inserted else { return }
      dictionaries[name] = index
      for member in arena.dictionaries[index] where leadsToTensors(member.value) {
        guard let key = joined(name, member.key), !isOptimiser(member) else { continue }
        try take(member.value, name: key, depth: depth + 1)
      }
    case .list(let index), .tuple(let index):
      guard depth <= Self.deepest, visited.insert(2 * index + 1).inserted else { return }
      for (position, item) in arena.sequences[index].enumerated() where leadsToTensors(item) {
        guard let key = joined(name, .integer(position)) else { continue }
        try take(item, name: key, depth: depth + 1)
      }
    default: break
    }
  }

  private func isOptimiser(_ member: (key: PickleValue, value: PickleValue)) -> Bool {
    guard case .text(let key) = member.key, key.hasPrefix("optim") else { return false }
    if case .tensor = member.value { return false }
    return true
  }

  private func leadsToTensors(_ value: PickleValue) -> Bool {
    switch value {
    case .tensor: true
    case .dictionary(let index): !arena.dictionaries[index].isEmpty
    case .list(let index), .tuple(let index): !arena.sequences[index].isEmpty
    default: false
    }
  }

  /// The path of a member; `nil` if it has no name, or one that is too long.
  private func joined(_ name: String, _ member: PickleValue) -> String? {
    let last: String
    switch member {
    case .text(let text) where text.utf8.count <= Self.longestName: last = text
    case .integer(let number): last = String(number)
    default: return nil
    }
    let path = name.isEmpty ? last : name + "." + last
    return path.utf8.count <= Self.longestName ? path : nil
  }
}
