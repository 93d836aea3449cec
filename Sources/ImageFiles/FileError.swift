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
  /// One line for people: file, operation, expected, found.
  public var description: String {
    switch self {
    case .unreadable(let path, let operation, let reason): "\(path): \(operation): \(reason)"
    case .invalid(let path, let operation, let expected, let found):
      "\(path): \(operation): expected \(expected), found \(found)"
    case .unwritable(let path, let operation, let reason): "\(path): \(operation): \(reason)"
    }
  }
}
