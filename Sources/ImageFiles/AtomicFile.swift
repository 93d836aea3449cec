import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An output that appears under its name only when it is whole.
///
/// Bytes go to a temporary name in the same directory, which ``commit()`` renames; a file of that name is replaced in one
/// step. What is not committed is removed, also when writing failed. A name that exists and is no ordinary file (such as
/// `/dev/null` or a pipe) is written directly. A symbolic link stays, and what it points at is replaced.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let operation: String
  private let destination: String
  private let temporary: String?
  private var descriptor: Int32

  /// Temporary names in flight in this process.
  private static let unfinished = Mutex<Set<String>>([])
  private static let serial = Atomic<Int>(0)

  /// - Parameters:
  ///   - path: the name that the file will have.
  ///   - operation: what is written, for messages.
  /// - Throws: ``FileError/unwritable(path:operation:reason:)`` if the directory is missing or not writable, or if `path`
  ///   is a directory.
  public init(_ path: String, operation: String) throws(FileError) {
    var status = stat()
    let exists = stat(path, &status) == 0
    func unwritable(_ reason: String) -> FileError { .unwritable(path: path, operation: operation, reason: reason) }
    if path.isEmpty || path.hasSuffix("/") || (exists && status.st_mode & S_IFMT == S_IFDIR) {
      throw unwritable("it is a directory")
    }
    let opened =
      exists && status.st_mode & S_IFMT != S_IFREG
      ? Opened(destination: path, temporary: nil, descriptor: open(path, O_WRONLY | O_CLOEXEC))
      : Self.openTemporary(for: exists ? Self.resolved(path) : path)
    if opened.descriptor < 0 {
      let reason = errno == ENOENT ? "its directory does not exist" : systemReason()
      if let temporary = opened.temporary { Self.forget(temporary) }
      throw unwritable(reason)
    }
    self.path = path
    self.operation = operation
    destination = opened.destination
    temporary = opened.temporary
    descriptor = opened.descriptor
  }

  /// What opening gave; a descriptor below 0 is a failure.
  private struct Opened {
    let destination: String
    let temporary: String?
    let descriptor: Int32
  }

  private static func openTemporary(for destination: String) -> Opened {
    let name = destination.split(separator: "/").last ?? ""
    let number = serial.add(1, ordering: .relaxed).newValue
    // 200 bytes of the name: with the rest it stays below the 255 that file systems allow.
    let hidden = ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(getpid())-\(number).partial"
    let temporary = String(destination.dropLast(name.count)) + hidden
    unfinished.withLock { _ = $0.insert(temporary) }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    return Opened(destination: destination, temporary: temporary, descriptor: descriptor)
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { Self.discard(temporary) }
  }

  /// Writes bytes after those written before.
  public mutating func append(_ bytes: [UInt8]) throws(FileError) {
    var failure: String?
    bytes.withUnsafeBytes { raw in
      var written = 0
      while written < raw.count && failure == nil {
        let count = write(descriptor, raw.baseAddress! + written, raw.count - written)
        if count > 0 {
          written += count
        } else if errno != EINTR {
          failure = systemReason()
        }
      }
    }
    if let failure { throw .unwritable(path: path, operation: operation, reason: failure) }
  }

  /// Gives the file its name; nothing can be appended afterwards.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``; nothing is left behind then.
  public mutating func commit() throws(FileError) {
    precondition(descriptor >= 0, "AtomicFile: \(path) is committed already")
    let closed = close(descriptor) == 0
    descriptor = -1
    guard let temporary else { return }
    guard closed, rename(temporary, destination) == 0 else {
      let reason = systemReason()
      Self.discard(temporary)
      throw .unwritable(path: path, operation: operation, reason: reason)
    }
    Self.forget(temporary)
  }

  /// Writes a whole file at once.
  public static func save(_ bytes: [UInt8], to path: String, operation: String) throws(FileError) {
    var file = try AtomicFile(path, operation: operation)
    try file.append(bytes)
    try file.commit()
  }

  /// Removes every temporary file of this process; for a program that was interrupted and is about to end.
  ///
  /// It takes a lock: call it from an ordinary thread (such as one that waits for the signal with `sigwait`, or a dispatch
  /// source), not inside a signal handler.
  public static func removeUnfinished() {
    for name in unfinished.withLock({ $0 }) { discard(name) }
  }

  /// Temporary names in flight, for ``removeUnfinished()`` and its test.
  package static var unfinishedNames: Set<String> { unfinished.withLock { $0 } }

  private static func discard(_ name: String) {
    unlink(name)
    forget(name)
  }

  private static func forget(_ name: String) { unfinished.withLock { _ = $0.remove(name) } }

  /// The path without symbolic links.
  private static func resolved(_ path: String) -> String {
    guard let pointer = realpath(path, nil) else { return path }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}
