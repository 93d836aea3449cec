import ImageFiles

/// A path as text: its last name, its ending, what is above it. Nothing is asked of the file system.
struct PathParts {
  /// The path without its last name and the slash before; empty where there is none.
  let folder: String
  /// The last name.
  let name: String

  init(_ path: String) {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let slash = trimmed.lastIndex(of: "/")
    folder = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? ""
    name = slash.map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
  }

  /// The last name's ending, lower case without the dot; empty where there is none.
  var ending: String { dot.map { name[name.index(after: $0)...].lowercased() } ?? "" }

  /// The last name without its ending.
  var stem: String { dot.map { String(name[..<$0]) } ?? name }

  /// The path without its ending.
  var withoutEnding: String { folder.isEmpty ? stem : PathParts.join(folder, stem) }

  /// The name of a folder; of `.` and `..` what the system calls them.
  static func folderName(_ path: String) -> String {
    let name = PathParts(path).name
    return [".", ".."].contains(name) ? PathParts(realPath(path)).name : name
  }

  /// `name` below `folder`.
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  private var dot: String.Index? { name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } }
}
