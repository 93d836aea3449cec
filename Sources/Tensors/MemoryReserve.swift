import Glibc
import Synchronization

/// What happens where the system refuses memory (`ulimit -v`, a container without room).
///
/// Before a run its plan is asked for as a whole, so that a library's caller gets a typed error. What is refused nevertheless,
/// between plan and reality, ends the process: by the program's own words, or by a trap where it has none.
public enum MemoryReserve {
  /// Kept free below a limit of address space, bytes: for the stacks of threads, as one that cannot be made would be waited for
  /// without end, and for what is too small to be asked for.
  private static let headroom: Int = {
    var stack = rlimit()
    let isKnown =
      getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack) == 0 && stack.rlim_cur < rlim_t(1 << 30)
    let stackBytes = isKnown ? Int(stack.rlim_cur) : 8 << 20
    return (16 << 20) + (max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) + 4) * stackBytes
  }()
  private static let handler = Mutex<(@Sendable (Int) -> Never)?>(nil)

  /// Says what a program does when memory is refused; it does not return.
  public static func onRefusal(_ handler: @escaping @Sendable (_ bytes: Int) -> Never) {
    self.handler.withLock { $0 = handler }
  }

  /// Whether the system would give so many bytes now, beside a headroom where the address space is limited.
  package static func isAvailable(bytes: Int) -> Bool {
    let asked = bytes + (isLimited ? headroom : 0)
    guard let base = mmap(nil, max(asked, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      base != MAP_FAILED
    else { return false }
    munmap(base, max(asked, 1))
    return true
  }

  /// Ends the process if the address space is limited and has no room for so many bytes; asked before large blocks are taken
  /// from a heap that would trap.
  package static func require(bytes: Int) {
    if isLimited && !isAvailable(bytes: bytes) { refuse(bytes: bytes) }
  }

  /// For a program, before it makes a thread: ends the process if its address space is limited and has no room for threads.
  public static func requireThreads() {
    if isLimited && !isAvailable(bytes: 0) { refuse(bytes: headroom) }
  }

  /// Ends the process, which was refused so many bytes.
  static func refuse(bytes: Int) -> Never {
    if let handler = handler.withLock({ $0 }) { handler(bytes) }
    fatalError("out of memory: \(bytes) bytes")
  }

  /// Whether the address space of this process has a limit (`ulimit -v`).
  public static let isLimited: Bool = {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 else { return false }
    return limit.rlim_cur != rlim_t(bitPattern: -1)
  }()
}
