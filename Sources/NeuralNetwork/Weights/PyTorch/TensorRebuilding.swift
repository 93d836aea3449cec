internal import Files

/// What does not fit in the description of a storage or tensor.
struct RebuildingProblem: Error {
  let expected: String
  let found: String
}

extension PickleArena {
  /// The storage that a persistent identifier names: `("storage", type, key, location, count)`, and in legacy files
  /// `None` or `(view key, offset, count)` after it.
  mutating func addStorage(_ items: [PickleValue]) throws(RebuildingProblem) -> PickleValue {
    guard case .text(let kind)? = items.first, kind == "storage" else {
      var found = items.first?.kind ?? "nothing"
      if case .text(let kind)? = items.first { found = quoted(kind) }
      throw RebuildingProblem(expected: "\"storage\" in a persistent identifier", found: found)
    }
    guard items.count == 5 || items.count == 6, case .global(.storageType(let type)) = items[1],
      let key = storageKey(items[2]), case .integer(let count) = items[4], count >= 0
    else { throw RebuildingProblem(expected: "type, key, location and count of a storage", found: "something else") }
    if let known = storageCounts[key], known != (type, count) {
      throw RebuildingProblem(
        expected: "storage \(quoted(key)) of \(known.count) \(known.type.rawValue)", found: "\(count) \(type.rawValue)")
    }
    storageCounts[key] = (type, count)
    var window = 0..<count
    if items.count == 6, case let view = items[5], let values = self.items(view) {
      guard values.count == 3, case .integer(let offset) = values[1], case .integer(let length) = values[2],
        offset >= 0, length >= 0, offset <= count, length <= count - offset
      else { throw RebuildingProblem(expected: "a view inside storage \(quoted(key))", found: "another") }
      window = offset..<offset + length
    }
    storages.append(StorageReference(key: key, type: type, offset: window.lowerBound, count: window.count))
    return .storage(storages.count - 1)
  }

  /// Keys are strings; very old files have integers.
  private func storageKey(_ value: PickleValue) -> String? {
    switch value {
    case .text(let text): text.utf8.count <= 64 ? text : nil
    case .integer(let number): String(number)
    default: nil
    }
  }

  /// The tensor of `_rebuild_tensor_v2(storage, offset, size, stride, …)`.
  ///
  /// All tensors of a file together may have at most four times as many elements as the file has bytes, and 4 Mi more, so that a
  /// view that repeats its elements (stride 0) cannot ask for more memory than the machine has.
  mutating func addTensor(_ arguments: [PickleValue], fileLength: Int) throws(RebuildingProblem) -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = integers(arguments[2]), let strides = integers(arguments[3])
    else {
      throw RebuildingProblem(
        expected: "storage, offset, size and stride of a tensor of at most \(SafeTensors.highestRank) axes",
        found: "something else")
    }
    guard shape.count == strides.count, offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }) else {
      throw RebuildingProblem(expected: "an extent and a stride from 0 for each axis", found: "\(shape) by \(strides)")
    }
    let most = 4 * fileLength + 1 << 22
    guard let size = byteCount(shape, .uint8), size <= most - elements else {
      throw RebuildingProblem(expected: "at most \(most) elements in all tensors", found: "one more of shape \(shape)")
    }
    // What an axis of one element says of its stride is never used, and may be any number.
    let steps = zip(shape, strides).map { $0 > 1 && size > 0 ? $1 : 0 }
    let count = storages[storage].count
    guard let last = lastElement(from: offset, shape: shape, strides: steps),
      last < count || size == 0 && last <= count
    else {
      throw RebuildingProblem(
        expected: "a tensor inside its storage of \(count) elements",
        found: "\(shape) by \(strides) from element \(offset)")
    }
    elements += size
    tensors.append(TensorReference(storage: storage, offset: offset, shape: shape, strides: steps))
    return .tensor(tensors.count - 1)
  }
}
