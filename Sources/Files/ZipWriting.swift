internal import CZip

extension ZipArchive {
  /// A file that an archive is made of.
  package struct Entry {
    /// Its name in the archive.
    package let name: String
    /// Where it is.
    package let file: String

    /// - Parameters:
    ///   - name: its name in the archive.
    ///   - file: where it is.
    package init(name: String, file: String) {
      self.name = name
      self.file = file
    }
  }

  /// Writes an archive whose entries are stored as they are, with one fixed time, so that equal files give equal archives.
  ///
  /// It is put together in memory and written by ``AtomicFile``.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if an entry's file cannot be read;
  ///   ``FileError/unwritable(path:operation:reason:)``; no archive is left then.
  package static func write(_ entries: [Entry], to path: String, operation: String) throws(FileError) {
    var contents: [FileBytes] = []
    for entry in entries { contents.append(try FileBytes(path: entry.file, operation: operation)) }
    let bytes = try archive(of: Array(zip(entries.map(\.name), contents))) { reason in
      FileError.unwritable(path: path, operation: operation, reason: reason)
    }
    try AtomicFile.save(bytes, to: path, operation: operation)
  }

  /// The bytes of an archive.
  private static func archive(
    of entries: [(name: String, content: FileBytes)], failure: (String) -> FileError
  ) throws(FileError) -> [UInt8] {
    var problem = zip_error_t()
    zip_error_init(&problem)
    defer { zip_error_fini(&problem) }
    func failed() -> FileError { failure(String(cString: zip_error_strerror(&problem))) }
    guard let target = zip_source_buffer_create(nil, 0, 0, &problem) else { throw failed() }
    defer { zip_source_free(target) }
    guard let archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, &problem) else { throw failed() }
    // Closing the archive lets go of it once; it is read afterwards.
    zip_source_keep(target)
    for (name, content) in entries {
      guard add(name, content, to: archive) else {
        let reason = String(cString: zip_error_strerror(zip_get_error(archive)))
        zip_discard(archive)
        throw failure(reason)
      }
    }
    // The entries' bytes are copied when the archive is closed.
    let isClosed = withExtendedLifetime(entries) { zip_close(archive) == 0 }
    guard isClosed else {
      let reason = String(cString: zip_error_strerror(zip_get_error(archive)))
      zip_discard(archive)
      throw failure(reason)
    }
    guard let bytes = content(of: target) else { throw failure("the archive cannot be read back") }
    return bytes
  }

  private static func add(_ name: String, _ content: FileBytes, to archive: OpaquePointer) -> Bool {
    let source = content.withBytes { zip_source_buffer(archive, $0.baseAddress, zip_uint64_t($0.count), 0) }
    guard let source else { return false }
    let index = zip_file_add(archive, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
    guard index >= 0 else {
      zip_source_free(source)
      return false
    }
    // Seconds since 1970 of the first day of 1980, the earliest that a zip archive can say.
    return zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0) == 0
      && zip_file_set_mtime(archive, zip_uint64_t(index), 315_532_800, 0) == 0
  }

  private static func content(of source: OpaquePointer) -> [UInt8]? {
    var status = zip_stat_t()
    zip_stat_init(&status)
    guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else { return nil }
    defer { zip_source_close(source) }
    let size = Int(status.size)
    var count = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      while count < size {
        let got = zip_source_read(source, buffer.baseAddress! + count, zip_uint64_t(size - count))
        if got <= 0 { break }
        count += Int(got)
      }
      initialized = count
    }
    return count == size ? bytes : nil
  }
}
