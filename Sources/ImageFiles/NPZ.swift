import StereoCore

extension FileFormat {
  /// NumPy's archive of arrays (`numpy.savez`, also compressed), for the one map in it.
  ///
  /// Of several arrays `[H, W]` the one is taken that is called `disparity`, `disp` or `arr_0`. Other zip archives are left to
  /// whom they concern: this is one whose first entry is a `.npy`.
  public static let npz = FileFormat(
    name: "NPZ", extensions: ["npz"], signatures: [],
    recognises: { bytes in
      // The name of the first entry begins at byte 30, its length stands at byte 26.
      guard bytes.starts(with: [0x50, 0x4B, 3, 4]), bytes.count > 30 else { return false }
      let name = bytes[30...].prefix(Int(bytes[26]) | Int(bytes[27]) << 8)
      return name.suffix(4).elementsEqual(".npy".utf8)
    },
    readSamples: { (content, operation) throws(FileError) in
      let map = try chosenMap(of: try arrays(in: content, operation), content, operation)
      var cursor = ByteCursor(map, operation: operation)
      return try NPYHeader(&cursor).readSamples(&cursor)
    },
    describe: { (content) throws(FileError) in
      var description = FileDescription(path: content.path, kind: .map, format: "NPZ")
      let arrays = try arrays(in: content, inspecting)
      for array in arrays {
        let shape = array.header.shape.map(String.init).joined(separator: "×")
        description.add(array.name, "\(array.header.type) \(shape)")
      }
      guard let map = try? chosenMap(of: arrays, content, inspecting) else { return description }
      var cursor = ByteCursor(map, operation: inspecting)
      description.describe(try NPYHeader(&cursor).readSamples(&cursor))
      return description
    })
}

/// One array of an archive.
private struct ArchivedArray {
  /// Its name without `.npy`.
  let name: String
  let header: NPYHeader
  let content: FileContent
}

/// The arrays of an archive. Deflate packs at most 1032 bytes into one: they are together no longer than that.
private func arrays(in content: FileContent, _ operation: String) throws(FileError) -> [ArchivedArray] {
  let archive = try ZipArchive(
    FileBytes(content.bytes), path: content.path, operation: operation,
    inflatedTo: min(FileContent.greatestByteCount, content.bytes.count * 1032 + 1024))
  var arrays: [ArchivedArray] = []
  for name in archive.names where name.hasSuffix(".npy") {
    guard let bytes = try archive.content(name) else { continue }
    let array = FileContent(path: content.path, bytes: bytes.array(0..<bytes.count))
    var cursor = ByteCursor(array, operation: operation)
    guard array.bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw cursor.invalid(expected: "arrays of NumPy", found: "something else in \(quoted(name))")
    }
    arrays.append(ArchivedArray(name: String(name.dropLast(4)), header: try NPYHeader(&cursor), content: array))
  }
  return arrays
}

/// The array that is a map.
private func chosenMap(
  of arrays: [ArchivedArray], _ content: FileContent, _ operation: String
) throws(FileError) -> FileContent {
  let maps = arrays.filter { $0.header.mapShape != nil }
  let known = ["disparity", "disp", "arr_0"].compactMap { name in maps.first { $0.name == name } }
  guard let chosen = maps.count == 1 ? maps.first : known.first else {
    throw .invalid(
      path: content.path, operation: operation, expected: "one array [H, W], or one that is called disparity",
      found: maps.isEmpty ? "none" : maps.map(\.name).sorted().joined(separator: ", "))
  }
  return chosen.content
}
