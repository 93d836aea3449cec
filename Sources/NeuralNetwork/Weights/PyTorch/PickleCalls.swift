internal import Files

/// What globals and calls do: a few make tensors and dictionaries, all others opaque values. Nothing is ever run.
extension PickleMachine {
  mutating func pushGlobal(_ opcode: PickleOpcode) throws(WeightError) {
    let name: String
    if opcode == .global {
      name = try line() + "." + (try line())
    } else {
      let attribute = try pop()
      guard case .text(let module) = try pop(), case .text(let symbol) = attribute else {
        throw invalid("two strings as the name of a global", "something else")
      }
      name = module + "." + symbol
    }
    guard let global = PickleGlobal(name) else { throw .refused(path: path, what: "the global \(quoted(name))") }
    push(.global(global))
  }

  /// A call of a global: only those that make tensors or dictionaries have an effect.
  mutating func call() throws(WeightError) {
    let arguments = try pop()
    let callee = try pop()
    guard let items = arena.items(arguments) else { throw invalid("a tuple of arguments", arguments.kind) }
    switch callee {
    case .global(.orderedDictionary): push(try orderedDictionary(items))
    case .global(.dictionary):
      arena.dictionaries.append([])
      push(.dictionary(arena.dictionaries.count - 1))
    case .global(.rebuildTensor): push(try tensor(items))
    case .global(.rebuildParameter):
      switch items.first {
      case .tensor?, .opaque?: push(items[0])
      default: throw invalid("a tensor in a parameter", items.first?.kind ?? "nothing")
      }
    case .global(.rebuildFromType):
      guard items.count >= 3, case .global(.rebuildTensor) = items[0], let inner = arena.items(items[2]) else {
        push(.opaque("a tensor of a class of its own"))
        return
      }
      push(try tensor(inner))
    case .global(.loadFromBytes): push(try embeddedStorage(items))
    case .global(.opaque(let name)), .opaque(let name): push(.opaque(name))
    default: throw .refused(path: path, what: "a call of \(callee.kind)")
    }
  }

  /// `OrderedDict()`, or with a list of pairs as Python 2 wrote it.
  private mutating func orderedDictionary(_ arguments: [PickleValue]) throws(WeightError) -> PickleValue {
    var members: [(key: PickleValue, value: PickleValue)] = []
    if let first = arguments.first {
      guard arguments.count == 1, let pairs = arena.items(first) else {
        throw invalid("a list of pairs in an OrderedDict", first.kind)
      }
      // A list can be passed again and again: what is copied counts like operations.
      copiedPairs += pairs.count
      guard copiedPairs <= PickleMachine.longestProgram else {
        throw invalid("at most \(PickleMachine.longestProgram) pairs", "more")
      }
      for pair in pairs {
        guard let items = arena.items(pair), items.count == 2 else {
          throw invalid("a list of pairs in an OrderedDict", pair.kind)
        }
        members.append((items[0], items[1]))
      }
    }
    arena.dictionaries.append(members)
    return .dictionary(arena.dictionaries.count - 1)
  }

  /// The state given to an object is not needed: a dictionary's is `_metadata`, and nobody looks into others.
  mutating func build() throws(WeightError) {
    _ = try pop()
    guard let target = top else { throw invalid("an object to build", "none") }
    switch target {
    case .dictionary, .opaque, .tensor: break
    default: throw .refused(path: path, what: "the pickle operation BUILD on \(target.kind)")
    }
  }

  mutating func persistent(_ identifier: PickleValue) throws(WeightError) -> PickleValue {
    guard let items = arena.items(identifier) else { throw invalid("a tuple that names a storage", identifier.kind) }
    // A storage of a kind that is not known, such as one of bytes without a type.
    if items.count >= 5, case .global(.opaque(let name)) = items[1] { return .opaque(name) }
    do {
      return try arena.addStorage(items)
    } catch {
      throw invalid(error.expected, error.found)
    }
  }

  private mutating func tensor(_ arguments: [PickleValue]) throws(WeightError) -> PickleValue {
    // What is made of something unknown is unknown itself.
    if case .opaque? = arguments.first { return .opaque("a tensor of an unknown storage") }
    do {
      return try arena.addTensor(arguments, fileLength: fileLength)
    } catch {
      throw invalid(error.expected, error.found)
    }
  }

  /// The storage in the bytes of `_load_from_bytes(bytes)`, as a plain pickle holds its storages: a legacy checkpoint of nothing else.
  private mutating func embeddedStorage(_ arguments: [PickleValue]) throws(WeightError) -> PickleValue {
    guard !isEmbedded, case .bytes(let range)? = arguments.first else { return .opaque("a storage of other bytes") }
    var inner = PickleMachine(embeddedIn: self, range)
    try LegacyCheckpoint.readHead(&inner)
    guard case .storage(let index) = try inner.run() else {
      throw invalid("a storage in the bytes of a storage", "something else", at: range.lowerBound)
    }
    let keys = try inner.run()
    let places = try LegacyCheckpoint.storagePlaces(keys, &inner)
    operations = inner.operations
    var storage = inner.arena.storages[index]
    guard let place = places[storage.key] else {
      throw invalid("data of the storage", "none", at: range.lowerBound)
    }
    storage.place = place
    arena.storages.append(storage)
    return .storage(arena.storages.count - 1)
  }
}
