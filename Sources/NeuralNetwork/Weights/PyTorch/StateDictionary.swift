internal import Files

/// The tensors of a checkpoint by their dotted paths, and the scalars beside them.
///
/// A checkpoint is a dictionary. If it has a dictionary under `state_dict`, `model_state_dict`, `model`, `net`, `network` or
/// `weights` (the first of them in this order), that one is meant, and the rule is applied to it again, up to four times. Then
/// every tensor below is taken: members of nested dictionaries, lists and tuples by dotted path; members whose name
/// begins with `optim` (an optimiser's state) are left out. If every path begins with `module.`, which PyTorch's DataParallel
/// adds, that is removed. Strings and numbers beside the tensors become metadata.
struct StateDictionary {
  private(set) var tensors: [(name: String, tensor: TensorReference)] = []
  private(set) var metadata: [String: String] = [:]

  private static let wrappers = ["state_dict", "model_state_dict", "model", "net", "network", "weights"]
  private static let deepest = 8
  private static let longestName = 512
  private static let mostTensors = 100_000

  private let arena: PickleArena
  /// Whether a container that was met holds tensors: even numbers for dictionaries, odd for lists and tuples.
  private var holdsTensors: [Int: Bool] = [:]

  /// - Throws: ``RebuildingProblem`` if there are no tensors, or the object is too strange.
  init(_ root: PickleValue, in arena: PickleArena) throws(RebuildingProblem) {
    self.arena = arena
    guard case .dictionary(var index) = root else {
      throw RebuildingProblem(expected: "a dictionary of tensors", found: root.kind)
    }
    for _ in 0..<4 {
      takeScalars(index)
      guard let inner = wrapped(index) else { break }
      index = inner
    }
    try take(.dictionary(index), name: "", depth: 0)
    if tensors.isEmpty { throw RebuildingProblem(expected: "a dictionary of tensors", found: "one without any") }
    let prefix = "module."
    if tensors.allSatisfy({ $0.name.hasPrefix(prefix) }) {
      tensors = tensors.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) }
    }
  }

  private func wrapped(_ index: Int) -> Int? {
    var found: [String: Int] = [:]
    for member in arena.dictionaries[index] {
      guard case .text(let key) = member.key, case .dictionary(let inner) = member.value else { continue }
      // Long keys are not even hashed: one that a million members share would take for ever.
      if key.utf8.count < 32 { found[key] = inner }
    }
    return Self.wrappers.lazy.compactMap { found[$0] }.first
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
      let before = tensors.count
      guard try enter(2 * index, depth: depth) else { return }
      for member in arena.dictionaries[index] where leadsToTensors(member.value) {
        let key = try joined(name, member.key)
        if depth == 0 && key.hasPrefix("optim") { continue }
        try take(member.value, name: key, depth: depth + 1)
      }
      holdsTensors[2 * index] = tensors.count > before
    case .list(let index), .tuple(let index):
      let before = tensors.count
      guard try enter(2 * index + 1, depth: depth) else { return }
      for (position, item) in arena.sequences[index].enumerated() where leadsToTensors(item) {
        try take(item, name: joined(name, .integer(position)), depth: depth + 1)
      }
      holdsTensors[2 * index + 1] = tensors.count > before
    default: break
    }
  }

  /// Whether a container is to be looked into: not if it was, and holds no tensors.
  private mutating func enter(_ identity: Int, depth: Int) throws(RebuildingProblem) -> Bool {
    guard depth <= Self.deepest else {
      throw RebuildingProblem(expected: "at most \(Self.deepest) containers in one another", found: "more")
    }
    // Until it has been looked through it counts as one with tensors, so that one inside itself is noticed.
    guard let known = holdsTensors.updateValue(true, forKey: identity) else { return true }
    if known { throw RebuildingProblem(expected: "each dictionary of tensors in one place", found: "one in two") }
    holdsTensors[identity] = false
    return false
  }

  private func leadsToTensors(_ value: PickleValue) -> Bool {
    switch value {
    case .tensor: true
    case .dictionary(let index): !arena.dictionaries[index].isEmpty
    case .list(let index), .tuple(let index): !arena.sequences[index].isEmpty
    default: false
    }
  }

  private func joined(_ name: String, _ member: PickleValue) throws(RebuildingProblem) -> String {
    let last: String
    switch member {
    case .text(let text) where text.utf8.count <= Self.longestName: last = text
    case .integer(let number): last = String(number)
    default:
      throw RebuildingProblem(expected: "keys below \(quoted(name)) that are short strings", found: member.kind)
    }
    let path = name.isEmpty ? last : name + "." + last
    guard path.utf8.count <= Self.longestName else {
      throw RebuildingProblem(expected: "paths of at most \(Self.longestName) bytes", found: quoted(path))
    }
    return path
  }
}
