/// A whole file in memory, and the path it came from for messages.
package struct FileContent: Sendable {
  /// Where it was read.
  package let path: String
  /// Its bytes.
  package let bytes: [UInt8]

  /// The most bytes that any file may have: a map of the greatest size in 64-bit numbers and a header.
  package static let greatestByteCount = 1 << 32

  /// Bytes that are in memory already; `path` is only for messages.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// Reads a file, which may also be a pipe: it is opened once and read to its end.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if it is missing, a directory or not permitted;
  ///   ``FileError/invalid(path:operation:expected:found:)`` if it is empty, has more than `limit` bytes, or is a pipe of more
  ///   than 1 GiB or a device of more than 16 MiB.
  package init(of path: String, operation: String, limit: Int = greatestByteCount) throws(FileError) {
    let bytes = try InputDescriptor(path, operation: operation).bytes(limit: limit)
    guard !bytes.isEmpty else {
      throw .invalid(path: path, operation: operation, expected: "a file with content", found: "an empty file")
    }
    self.init(path: path, bytes: bytes)
  }
}
