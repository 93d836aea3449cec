#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a chain of symbolic links leads.
enum SymbolicLink {
  /// As many links as the system follows.
  private static let longestChain = 40

  /// The path that writing to `path` means: itself, or what it points at, whether that exists or not; only the last
  /// component is looked at, as the system follows the others anyway. `nil`, with `errno`, if the chain does not end.
  static func destination(of path: String) -> String? {
    var path = path
    for _ in 0..<longestChain {
      guard let target = target(of: path) else { return path }
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      path = target.hasPrefix("/") ? target : folder + target
    }
    errno = ELOOP
    return nil
  }

  /// What a symbolic link says; `nil` for anything else.
  private static func target(of path: String) -> String? {
    var target = [UInt8](repeating: 0, count: 1 << 12)
    let count = target.withUnsafeMutableBytes { buffer in
      readlink(FileName.bytes(of: path), buffer.baseAddress!.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    return count > 0 ? FileName.text(of: Array(target[..<count])) : nil
  }
}
