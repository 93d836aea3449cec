import Files
import Foundation

/// A directory of its own for one test, removed with everything in it at the end.
final class TemporaryDirectory {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/FilesTests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes bytes under a name and returns the path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }

  /// Writes text under a name and returns the path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

  /// Names in the directory, hidden ones too.
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// The bytes of a file.
func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

/// The `FileError` that `body` throws, nil if it throws none.
func fileError(_ body: () throws(FileError) -> Void) -> FileError? {
  do throws(FileError) {
    try body()
    return nil
  } catch {
    return error
  }
}

extension FileError {
  /// True for content that is wrong (exit code 65).
  var isInvalid: Bool { if case .invalid = self { true } else { false } }
  /// True for a file that cannot be read (66).
  var isUnreadable: Bool { if case .unreadable = self { true } else { false } }
  /// True for an output that cannot be written (73).
  var isUnwritable: Bool { if case .unwritable = self { true } else { false } }
}
