import Tensors

// The system's own calls, so that each error says what the system says.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

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

  /// Reads a file, which may also be a pipe.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if it is missing, a directory or not permitted;
  ///   ``FileError/invalid(path:operation:expected:found:)`` if it is empty or has more than `limit` bytes.
  package init(of path: String, operation: String, limit: Int = greatestByteCount) throws(FileError) {
    func unreadable(_ reason: String) -> FileError { .unreadable(path: path, operation: operation, reason: reason) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(systemReason()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(systemReason()) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw unreadable("it is a directory") }

    let chunk = 1 << 16
    MemoryReserve.require(bytes: min(max(Int(status.st_size), 0), limit) + chunk)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(Int(status.st_size), 0), limit) + chunk)
    var isAtEnd = false
    while !isAtEnd {
      let room = max(chunk, bytes.capacity - bytes.count)
      var readCount = 0
      bytes.append(addingCapacity: room) { target in
        readCount = read(descriptor, target.baseAddress, target.count)
        return max(readCount, 0)
      }
      if readCount < 0 && errno != EINTR { throw unreadable(systemReason()) }
      isAtEnd = readCount == 0
      guard bytes.count <= limit else {
        throw .invalid(path: path, operation: operation, expected: "at most \(limit) bytes", found: "more")
      }
    }
    guard !bytes.isEmpty else {
      throw .invalid(path: path, operation: operation, expected: "a file with content", found: "an empty file")
    }
    self.init(path: path, bytes: bytes)
  }
}

/// What the system says of the call that just failed.
func systemReason() -> String { String(cString: strerror(errno)) }

extension [UInt8] {
  /// Appends the bytes that `fill` puts at the start of `room` fresh bytes; it returns their number.
  fileprivate mutating func append(addingCapacity room: Int, fill: (UnsafeMutableRawBufferPointer) -> Int) {
    let count = count
    append(contentsOf: repeatElement(0, count: room))
    let added = withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[count...])) }
    removeLast(room - added)
  }
}
