import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An output that appears under its name only when it is whole: every file that is written goes through here.
///
/// Bytes go to a temporary name in the same directory. ``commit()`` brings them to the disk (`fsync`) and renames the file; one
/// of that name is replaced in one step and keeps its mode. What is not committed is removed, also when writing failed. A name
/// that exists and is no ordinary file (such as `/dev/null` or a pipe) is written directly. A symbolic link stays, and what it
/// points at is replaced, or made where nothing is there yet.
public struct AtomicFile: ~Copyable {
  private let path: String
  private let operation: String
  private let destination: String
  private let temporary: String?
  private var descriptor: Int32

  /// Temporary names in flight in this process.
  private static let unfinished = Mutex<Set<String>>([])

  /// - Parameters:
  ///   - path: the name that the file will have.
  ///   - operation: what is written, for messages.
  /// - Throws: ``FileError/unwritable(path:operation:reason:)`` if the directory is missing or not writable, or if `path`
  ///   is a directory or a file that may not be written.
  public init(_ path: String, operation: String) throws(FileError) {
    let opened = try Self.open(path, operation: operation)
    self.path = path
    self.operation = operation
    destination = opened.destination
    temporary = opened.temporary
    descriptor = opened.descriptor
  }

  private struct Opened {
    let destination: String
    let temporary: String?
    let descriptor: Int32
  }

  private static func open(_ path: String, operation: String) throws(FileError) -> Opened {
    func unwritable(_ reason: String) -> FileError { .unwritable(path: path, operation: operation, reason: reason) }
    let name = FileName.bytes(of: path)
    var status = stat()
    let exists = stat(name, &status) == 0
    let type = status.st_mode & S_IFMT
    if path.isEmpty || path.hasSuffix("/") || (exists && type == S_IFDIR) { throw unwritable("it is a directory") }
    if exists && type != S_IFREG {
      let descriptor = openDescriptor(name, O_WRONLY)
      if descriptor < 0 { throw unwritable(systemReason()) }
      return Opened(destination: path, temporary: nil, descriptor: descriptor)
    }
    // A new file takes the place of the old one: whether that may be written is asked here.
    if exists && access(name, W_OK) != 0 { throw unwritable(systemReason()) }
    guard let destination = SymbolicLink.destination(of: path) else { throw unwritable(systemReason()) }
    guard let part = TemporaryPart(for: destination, register: Self.remember, forget: Self.forget) else {
      throw unwritable(errno == ENOENT ? "its directory does not exist" : systemReason())
    }
    if exists { part.take(ownerAndModeOf: status) }
    return Opened(destination: destination, temporary: part.path, descriptor: part.descriptor)
  }

  deinit {
    guard descriptor >= 0 else { return }
    // The name goes first: as long as the file is open it is locked, and nobody else takes it for abandoned.
    if let temporary { Self.discard(temporary) }
    close(descriptor)
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
    let closing = descriptor
    descriptor = -1
    var isDone = true
    if let temporary {
      isDone = fsync(closing) == 0 && rename(FileName.bytes(of: temporary), FileName.bytes(of: destination)) == 0
      if isDone { Self.forget(temporary) }
    }
    let reason = isDone ? "" : systemReason()
    if !isDone, let temporary { Self.discard(temporary) }
    // Network file systems tell here what they could not store.
    let isClosed = close(closing) == 0
    if isDone && isClosed { return }
    throw .unwritable(path: path, operation: operation, reason: isDone ? systemReason() : reason)
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

  /// Removes the temporary files in `directory` that processes left which were killed; those that a process still writes
  /// stay, whoever it is.
  public static func removeAbandoned(in directory: String) { TemporaryPart.removeAbandoned(in: directory) }

  /// Temporary names in flight, for ``removeUnfinished()`` and its test.
  package static var unfinishedNames: Set<String> { unfinished.withLock { $0 } }

  private static func discard(_ name: String) {
    unlink(FileName.bytes(of: name))
    forget(name)
  }

  private static func remember(_ name: String) { unfinished.withLock { _ = $0.insert(name) } }

  private static func forget(_ name: String) { unfinished.withLock { _ = $0.remove(name) } }
}
