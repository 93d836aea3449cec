import Tensors

// The system's own calls, so that each error says what the system says.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file opened for reading; whatever it is, its end is found or an error.
///
/// | kind | at most |
/// |---|---|
/// | regular file | what the reader allows |
/// | pipe, socket | 1 GiB: nobody can say how long it is, and all of it is held in memory |
/// | device | 16 MiB: `/dev/zero` never ends |
struct InputDescriptor: ~Copyable {
  /// Of what kind the file is.
  enum Kind {
    case regular, pipe, device
  }

  /// The system's number of it.
  let number: Int32
  /// Of what kind the file is.
  let kind: Kind
  /// Bytes of a regular file as the system says; 0 for the others and for those that the system makes when they are read.
  let size: Int
  private let path: String
  private let operation: String

  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if it is missing, a directory or not permitted.
  init(_ path: String, operation: String) throws(FileError) {
    func unreadable(_ reason: String) -> FileError { .unreadable(path: path, operation: operation, reason: reason) }
    let opened = openDescriptor(FileName.bytes(of: path), O_RDONLY)
    guard opened >= 0 else { throw unreadable(systemReason()) }
    var status = stat()
    guard fstat(opened, &status) == 0 else {
      let reason = systemReason()
      close(opened)
      throw unreadable(reason)
    }
    let format = status.st_mode & S_IFMT
    guard format != S_IFDIR else {
      close(opened)
      throw unreadable("it is a directory")
    }
    number = opened
    kind = format == S_IFREG ? .regular : format == S_IFIFO || format == S_IFSOCK ? .pipe : .device
    size = kind == .regular ? max(Int(status.st_size), 0) : 0
    self.path = path
    self.operation = operation
  }

  deinit { close(number) }

  /// The most bytes that are read where the reader allows `limit`.
  func bound(_ limit: Int) -> Int {
    switch kind {
    case .regular: limit
    case .pipe: min(limit, 1 << 30)
    case .device: min(limit, 1 << 24)
    }
  }

  /// Everything up to the end.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if there
  ///   are more than ``bound(_:)`` bytes.
  func bytes(limit: Int) throws(FileError) -> [UInt8] {
    let limit = bound(limit)
    func tooLong() -> FileError {
      .invalid(path: path, operation: operation, expected: "at most \(limit) bytes", found: "more")
    }
    guard size <= limit else { throw tooLong() }
    let chunk = 1 << 16
    MemoryReserve.require(bytes: size + chunk)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size + chunk)
    while true {
      var readCount = 0
      bytes.append(addingCapacity: max(chunk, bytes.capacity - bytes.count)) { target in
        readCount = read(number, target.baseAddress, target.count)
        return max(readCount, 0)
      }
      if readCount == 0 { return bytes }
      if readCount < 0 && errno != EINTR {
        throw .unreadable(path: path, operation: operation, reason: systemReason())
      }
      guard bytes.count <= limit else { throw tooLong() }
    }
  }
}

/// What the system says of the call that just failed.
func systemReason() -> String { String(cString: strerror(errno)) }

/// Opens a file, closed in programs that this one starts; negative, with `errno`, if it cannot be opened.
///
/// The descriptor is never 0, 1 or 2, also where the process was started with those closed: what is printed would land in the
/// file otherwise.
func openDescriptor(_ name: [CChar], _ flags: Int32, mode: mode_t = 0) -> Int32 {
  let descriptor = open(name, flags | O_CLOEXEC, mode)
  guard (0...2).contains(descriptor) else { return descriptor }
  let moved = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
  let reason = errno
  close(descriptor)
  errno = reason
  return moved
}

extension [UInt8] {
  /// Appends the bytes that `fill` puts at the start of `room` fresh bytes; it returns their number.
  fileprivate mutating func append(addingCapacity room: Int, fill: (UnsafeMutableRawBufferPointer) -> Int) {
    let count = count
    append(contentsOf: repeatElement(0, count: room))
    let added = withUnsafeMutableBytes { fill(UnsafeMutableRawBufferPointer(rebasing: $0[count...])) }
    removeLast(room - added)
  }
}
