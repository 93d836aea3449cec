internal import Glibc
public import StereoCore

/// Which file a path leads to, however it is written: links, hard links, `./` and `..` do not hide that two are one.
enum FileIdentity: Hashable {
  /// A file that is there: device and inode.
  case node(device: UInt, number: UInt)
  /// A file that is not there yet: its directory and its name in it.
  case name(device: UInt, number: UInt, String)
  /// A name in a directory that is not there.
  case text(String)

  /// The identity of what `path` leads to; `nil` for devices and pipes, to which anyone may write.
  init?(of path: String) {
    var path = path
    // As many links as the system follows.
    for _ in 0..<40 {
      var status = stat()
      if stat(path, &status) == 0 {
        if [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
          self = .node(device: UInt(status.st_dev), number: UInt(status.st_ino))
          return
        }
        return nil
      }
      guard let target = Self.target(ofLink: path) else { break }
      path = target.hasPrefix("/") ? target : Self.directory(of: path) + "/" + target
    }
    var status = stat()
    guard stat(Self.directory(of: path), &status) == 0 else {
      self = .text(path)
      return
    }
    let name = path.split(separator: "/").last ?? ""
    self = .name(device: UInt(status.st_dev), number: UInt(status.st_ino), String(name))
  }

  /// What a dangling link says; `nil` if there is no link.
  private static func target(ofLink path: String) -> String? {
    var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = text.withUnsafeMutableBytes {
      readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count > 0 ? String(decoding: text[..<count], as: UTF8.self) : nil
  }

  /// The directory that a file is in.
  private static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

/// Whether there is something at `path` that is neither a file nor a directory, such as `/dev/null` or a pipe.
func isSpecialFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
}

/// Refuses outputs that would replace an input or one another.
///
/// - Parameters:
///   - outputs: the option that names an output, and its path.
///   - inputs: what is read, such as `left image`, and its path.
/// - Throws: `StereoError.invalidOption(name:expected:found:)` that names both.
public func refuseConflicts(
  outputs: [(option: String, path: String)], inputs: [(name: String, path: String)]
) throws(StereoError) {
  var taken: [FileIdentity: String] = [:]
  for input in inputs { if let identity = FileIdentity(of: input.path) { taken[identity] = "the \(input.name)" } }
  for output in outputs {
    guard let identity = FileIdentity(of: output.path) else { continue }
    if let other = taken[identity] {
      throw .invalidOption(
        name: output.option, expected: "a file of its own", found: "\(output.path), which is \(other)")
    }
    taken[identity] = "the file of \(output.option) \(output.path)"
  }
}
