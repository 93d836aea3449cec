import Glibc
package import NeuralNetwork

/// Reference material that lies beside the package and is not part of it: `../shared` from its root.
package enum SharedFiles {
  /// The package's root, two folders above this file's.
  private static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }

  /// Where `name` of the shared material would be.
  package static func path(_ name: String) -> String { "\(root)/../shared/\(name)" }

  /// Whether `name` of the shared material is there; tests that need it are skipped with `missing` where it is not.
  package static func has(_ name: String) -> Bool { access(path(name), R_OK) == 0 }

  /// What a skipped test says.
  package static let missing = "needs the reference material in ../shared, which is not here"

  /// The path of a file that lies beside a test.
  ///
  /// - Parameters:
  ///   - name: below the folder of the test file.
  ///   - test: the test file: `#filePath`.
  package static func fixture(_ name: String, beside test: String) -> String {
    test.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/" + name
  }
}

/// The whole content of a file; for tests.
///
/// - Throws: ``GoldenError`` if it cannot be read.
package func contentsOfFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "rb") else { throw GoldenError(reason: "\(path) cannot be opened") }
  defer { fclose(file) }
  var content: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { content += chunk[..<count] }
  return content
}

/// A description written by Python, whose `NaN` and `Infinity` JSON does not have: they are read as `null`.
///
/// - Throws: ``GoldenError`` or a problem of the JSON.
package func pythonDescription(_ path: String) throws -> OrderedJSON {
  var text = String(decoding: try contentsOfFile(path), as: UTF8.self)
  for word in [": -Infinity", ": Infinity", ": NaN"] { text = text.replacing(word, with: ": null") }
  return try JSONReader.parse(Array(text.utf8))
}

/// A golden case that is not what its README says.
package struct GoldenError: Error, CustomStringConvertible {
  /// What is wrong.
  package let reason: String
  /// What is wrong.
  package var description: String { reason }
}
