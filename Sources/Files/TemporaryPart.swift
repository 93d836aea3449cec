import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file under a temporary name, `.NAME.PROCESS-NUMBER.partial`, beside the one that it will become.
///
/// As long as it is open it is locked (`flock`), and the system lets go of the lock when its process ends, however it ends.
/// So anyone can tell a part that is being written from an abandoned one, also from another container, in which another
/// process may have the same number.
struct TemporaryPart {
  /// The temporary name.
  let path: String
  /// Open for writing and locked.
  let descriptor: Int32

  private static let ending = ".partial"
  private static let serial = Atomic<Int>(0)
  /// Names that are tried: a killed process of our number may have left some.
  private static let mostAttempts = 10_000

  /// Makes a part for `destination`; `nil`, with `errno`, if it cannot be made.
  ///
  /// - Parameters:
  ///   - register: is told a name just before there is a file of it.
  ///   - forget: is told a name that was not free.
  init?(for destination: String, register: (String) -> Void, forget: (String) -> Void) {
    let name = destination.split(separator: "/").last ?? ""
    let folder = destination.dropLast(name.count)
    // 200 bytes of the name: with the rest it stays below the 255 that file systems allow.
    let start = FileName.text(of: FileName.bytes(of: String(name)).dropLast().prefix(200).map { UInt8(bitPattern: $0) })
    for _ in 0..<Self.mostAttempts {
      let number = Self.serial.add(1, ordering: .relaxed).newValue
      let path = "\(folder).\(start).\(getpid())-\(number)\(Self.ending)"
      register(path)
      let descriptor = openDescriptor(FileName.bytes(of: path), O_WRONLY | O_CREAT | O_EXCL, mode: 0o666)
      if descriptor >= 0 && Self.lock(path, descriptor) {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      let reason = descriptor >= 0 ? EEXIST : errno
      if descriptor >= 0 { close(descriptor) }
      forget(path)
      errno = reason
      if reason != EEXIST { return nil }
    }
    return nil
  }

  /// Gives the part the mode, and where that is allowed the owner, of the file that it replaces.
  func take(ownerAndModeOf status: stat) {
    // Only the superuser may give files away: where it fails the file is ours, as every new one.
    _ = fchown(descriptor, status.st_uid, status.st_gid)
    _ = fchmod(descriptor, status.st_mode & 0o777)
  }

  /// Removes the parts in `directory` that nobody writes any more.
  static func removeAbandoned(in directory: String) {
    guard let stream = opendir(FileName.bytes(of: directory)) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { FileName.text(of: Array($0.prefix { $0 != 0 })) }
      if name.hasPrefix(".") && name.hasSuffix(ending) { removeIfAbandoned(directory + "/" + name) }
    }
  }

  private static func removeIfAbandoned(_ path: String) {
    let bytes = FileName.bytes(of: path)
    let descriptor = openDescriptor(bytes, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // The name may mean another file by now, which somebody has begun in between.
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isAt(path, descriptor) { unlink(bytes) }
  }

  /// Locks a part just made; false if somebody took it for abandoned before it was locked.
  private static func lock(_ path: String, _ descriptor: Int32) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return isAt(path, descriptor) }
    // Where nothing can be locked nobody can find the part abandoned either.
    return errno != EWOULDBLOCK
  }

  /// Whether `path` is the name of the open file.
  private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
    var (named, opened) = (stat(), stat())
    return lstat(FileName.bytes(of: path), &named) == 0 && fstat(descriptor, &opened) == 0
      && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino
  }
}
