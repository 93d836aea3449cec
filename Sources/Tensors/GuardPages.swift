import Glibc

/// A debugging mode in which a kernel that reads or writes beside its memory dies at once: every block of planes, volumes,
/// weights and scratch is mapped by itself between two pages that nobody may touch.
///
/// `STEREODEPTH_GUARD_PAGES=end` puts the last byte of every block before such a page, `=front` the first byte behind one. A
/// block takes two pages more and a system call; nothing of a result changes. The address sanitizer sees the same faults with
/// every byte, but not in memory that is mapped, nor in a program that was built without it.
enum GuardPages {
  /// Which end of a block lies at a page without access.
  enum Side: String {
    /// The bytes behind the block are out of reach.
    case end
    /// The bytes before the block are.
    case front
  }

  /// What the environment asks for; read once.
  static let side = getenv("STEREODEPTH_GUARD_PAGES").flatMap { Side(rawValue: String(cString: $0)) }

  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// Whole pages for `bytes` bytes.
  private static func rounded(_ bytes: Int) -> Int { (bytes + page - 1) / page * page }

  /// A block of `bytes` bytes; `alignment` is a power of two that divides them.
  static func block(of bytes: Int, alignment: Int, guarded side: Side) -> UnsafeMutableRawPointer {
    let (start, inside) = (mappedMemory(rounded(bytes) + 2 * page), rounded(bytes))
    guard mprotect(start, page, PROT_NONE) == 0, mprotect(start + page + inside, page, PROT_NONE) == 0 else {
      fatalError("guard pages: \(String(cString: strerror(errno)))")
    }
    let base = start + page + (side == .end ? inside - bytes : 0)
    precondition(UInt(bitPattern: base) & UInt(alignment - 1) == 0, "a block of \(bytes) bytes, not whole elements")
    return base
  }

  /// Unmaps what ``block(of:alignment:guarded:)`` gave.
  static func free(_ base: UnsafeMutableRawPointer, bytes: Int) {
    let first = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: base) & ~UInt(page - 1))
    guard let first else { return }
    munmap(first - page, rounded(bytes) + 2 * page)
  }
}
