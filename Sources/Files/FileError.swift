/// What can be wrong with a file: each case names the file, the operation, what was expected and what was found.
public enum FileError: Error, Equatable, Sendable {
  /// The file cannot be opened or read (missing, no permission, a directory).
  case unreadable(path: String, operation: String, reason: String)
  /// The file was read but its content is not what it must be.
  case invalid(path: String, operation: String, expected: String, found: String)
  /// An output cannot be written (directory missing, read-only, disk full).
  case unwritable(path: String, operation: String, reason: String)
}

extension FileError: CustomStringConvertible {
  /// One line for people: file, operation, expected, found. Control characters of names are escaped, and of a very long
  /// path its beginning and its end are shown.
  public var description: String {
    switch self {
    case .unreadable(let path, let operation, let reason), .unwritable(let path, let operation, let reason):
      "\(printablePath(path)): \(printable(operation)): \(printable(reason))"
    case .invalid(let path, let operation, let expected, let found):
      "\(printablePath(path)): \(printable(operation)): expected \(printable(expected)), found \(printable(found))"
    }
  }
}
