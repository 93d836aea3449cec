internal import Files

/// PyTorch's container since 1.6: a zip archive whose entries lie in one folder of any name.
///
///     NAME/data.pkl      the object, as a pickle
///     NAME/byteorder     "little", since 2.1
///     NAME/data/KEY      the elements of storage KEY
///
/// Only the storages that the chosen tensors need are read.
enum ZipCheckpoint {
  /// Reads such a file.
  ///
  /// - Throws: ``WeightError/file(_:)`` or ``WeightError/refused(path:what:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    func invalid(_ expected: String, _ found: String) -> WeightError {
      .invalid(path: path, operation: "reading a PyTorch checkpoint", expected: expected, found: found, at: nil)
    }
    let archive = try WeightError.wrapping { () throws(FileError) in try ZipArchive(bytes, path: path) }
    func content(_ name: String) throws(WeightError) -> FileBytes? {
      try WeightError.wrapping { () throws(FileError) in try archive.content(name) }
    }
    let pickles = archive.names.filter { $0.hasSuffix("/data.pkl") && $0.split(separator: "/").count == 2 }
    guard let pickleName = pickles.first, pickles.count == 1, let pickle = try content(pickleName) else {
      let found = pickles.isEmpty ? ForeignFile.description(ofArchive: archive.names) : "\(pickles.count)"
      throw invalid("one entry data.pkl in a folder of the archive", found)
    }
    let folder = String(pickleName.dropLast("data.pkl".count))
    if let order = try content(folder + "byteorder"), order.array(0..<order.count) != Array("little".utf8) {
      throw invalid(
        "little-endian data", "byteorder \(quoted(String(decoding: order.array(0..<order.count), as: UTF8.self)))")
    }
    var machine = PickleMachine(pickle, fileLength: bytes.count, path: path)
    let root = try machine.run()
    let dictionary: StateDictionary
    do {
      dictionary = try StateDictionary(root, in: machine.arena)
    } catch {
      throw machine.invalid(error)
    }
    var storages: [String: FileBytes] = [:]
    var tensors: [WeightTensor] = []
    tensors.reserveCapacity(dictionary.tensors.count)
    for (name, tensor) in dictionary.tensors {
      let reference = machine.arena.storages[tensor.storage]
      let storage: FileBytes
      if let known = storages[reference.key] {
        storage = known
      } else {
        guard let read = try content(folder + "data/" + reference.key) else {
          throw invalid("data of storage \(quoted(reference.key)) for \(quoted(name))", "none")
        }
        storage = read
        storages[reference.key] = read
      }
      let last = (reference.offset + reference.count).multipliedReportingOverflow(by: reference.type.byteCount)
      guard !last.overflow, last.partialValue <= storage.count else {
        throw invalid(
          "\(reference.count) \(reference.type.rawValue) in storage \(quoted(reference.key))", "\(storage.count) bytes")
      }
      tensors.append(
        WeightTensor(
          name: name, shape: tensor.shape, elementType: reference.type,
          source: .bytes(
            storage, offset: (reference.offset + tensor.offset) * reference.type.byteCount, strides: tensor.strides)))
    }
    return try WeightStore(
      every: tensors, root: dictionary.root, metadata: dictionary.metadata, path: path, container: .pyTorchArchive)
  }
}
