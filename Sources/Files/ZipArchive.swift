internal import CZip

/// Entries of a zip archive: stored as they are, as PyTorch writes them, or deflated where the reader allows it; never encrypted.
///
/// All that is read together is at most as long as the archive, or as what the reader allows; more is an error, so that no
/// archive can ask for more memory than its reader expects.
package final class ZipArchive {
  private let bytes: FileBytes
  private let path: String
  private let operation: String
  private let archive: OpaquePointer
  private let allowsDeflated: Bool
  private var budget: Int

  /// Whether a file begins like a zip archive.
  package static func recognises(_ bytes: FileBytes) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
  }

  /// Opens an archive in memory.
  ///
  /// - Parameters:
  ///   - bytes: the archive.
  ///   - path: what messages call it.
  ///   - operation: what it is being read for, in messages.
  ///   - limit: the most bytes that are inflated from all entries together; `nil` where entries must be stored as they are.
  /// - Throws: ``FileError/invalid(path:operation:expected:found:)``.
  package init(
    _ bytes: FileBytes, path: String, operation: String = "reading a zip archive", inflatedTo limit: Int? = nil
  ) throws(FileError) {
    self.bytes = bytes
    self.path = path
    self.operation = operation
    allowsDeflated = limit != nil
    budget = limit ?? bytes.count
    var problem = zip_error_t()
    zip_error_init(&problem)
    defer { zip_error_fini(&problem) }
    // libzip only looks at the bytes; `bytes` lives as long as the archive.
    let source = bytes.withBytes { zip_source_buffer_create($0.baseAddress, zip_uint64_t($0.count), 0, &problem) }
    func noArchive() -> FileError {
      .invalid(
        path: path, operation: operation, expected: "a zip archive",
        found: String(cString: zip_error_strerror(&problem)))
    }
    guard let source else { throw noArchive() }
    guard let opened = zip_open_from_source(source, Int32(ZIP_RDONLY), &problem) else {
      zip_source_free(source)
      throw noArchive()
    }
    archive = opened
  }

  deinit { zip_discard(archive) }

  /// The names of all entries.
  package var names: [String] {
    let count = max(0, min(zip_get_num_entries(archive, 0), 200_000))
    return (0..<zip_uint64_t(count)).compactMap { index in
      zip_get_name(archive, index, zip_flags_t(ZIP_FL_ENC_RAW)).flatMap { String(validatingCString: $0) }
    }
  }

  /// The content of an entry; `nil` if there is none of that name.
  ///
  /// - Throws: ``FileError/invalid(path:operation:expected:found:)`` if it is encrypted, compressed where that is not allowed,
  ///   damaged or longer than it may be.
  package func content(_ name: String) throws(FileError) -> FileBytes? {
    let index = zip_name_locate(archive, name, zip_flags_t(ZIP_FL_ENC_RAW))
    if index < 0 { return nil }
    var status = zip_stat_t()
    zip_stat_init(&status)
    guard zip_stat_index(archive, zip_uint64_t(index), 0, &status) == 0 else { throw damaged(name) }
    let needed = zip_uint64_t(ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD)
    guard status.valid & needed == needed, Int32(status.encryption_method) == ZIP_EM_NONE,
      Int32(status.comp_method) == ZIP_CM_STORE || allowsDeflated && Int32(status.comp_method) == ZIP_CM_DEFLATE
    else {
      let way = allowsDeflated ? "stored or deflated" : "stored without compression, as PyTorch does"
      throw invalid("\(quoted(name)) \(way)", "another way")
    }
    guard status.size <= budget else {
      throw invalid(
        "entries that are together no longer than \(allowsDeflated ? "\(budget) bytes" : "the file")",
        "more in \(quoted(name))")
    }
    budget -= Int(status.size)
    guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else { throw damaged(name) }
    defer { zip_fclose(file) }
    let size = Int(status.size)
    let content = FileBytes(count: size) { memory in
      guard zip_fread(file, memory, zip_uint64_t(size)) == size else { return false }
      // The checksum is compared when the end is reached.
      var beyond: UInt8 = 0
      return zip_fread(file, &beyond, 1) == 0
    }
    guard let content else { throw damaged(name) }
    return content
  }

  private func damaged(_ name: String) -> FileError {
    invalid("\(quoted(name)) as the archive's directory and checksum say", "other content")
  }

  private func invalid(_ expected: String, _ found: String) -> FileError {
    .invalid(path: path, operation: operation, expected: expected, found: found)
  }
}
