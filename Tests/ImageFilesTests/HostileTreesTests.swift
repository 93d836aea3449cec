import ImageFiles
import StereoCore
import Testing

/// YAML and XML that would crash or occupy a careless reader for ever are refused at once.
@Suite struct HostileTreesTests {
  static let pair =
    "P1: [300, 0, 120, 0, 0, 300, 80, 0, 0, 0, 1, 0]\nP2: [300, 0, 120, -18, 0, 300, 80, 0, 0, 0, 1, 0]\n"

  /// Ten aliases of ten aliases of …: ten to the power of `levels` values.
  static func aliases(_ levels: Int) -> String {
    "a0: &a0 [\([String](repeating: "x", count: 10).joined(separator: ","))]\n"
      + (1..<levels).map { level in
        let list = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ",")
        return "a\(level): &a\(level) [\(list)]\n"
      }.joined()
  }

  static let sexagesimal =
    "image_width: " + [String](repeating: "1", count: 12).joined(separator: ":")
    + "\nimage_height: 3\nprojection_matrix:\n  data: [1,0,1,0,0,1,1,0,0,0,1,0]\n"

  static let texts: [(text: String, says: String)] = [
    // A number to the base 60 that does not fit 64 bits.
    (sexagesimal, "a left and a right camera"), (sexagesimal + "---\n" + sexagesimal, "image_width of 1 finite number"),
    ("%YAML:1.0\n---\n" + aliases(12) + "? *a11\n: 1\nQ: 1\n", "aliases expanded"),
    ("%YAML:1.0\n---\n" + aliases(3) + "? *a2\n: 1\n" + pair, "a collection as a key"),
    ("%YAML:1.0\n---\n? [1, 2]\n: 1\n" + pair, "a collection as a key"),
    ("%YAML:1.0\n---\na: &a [*a]\n" + pair, "aliases of what came before"),
    ("%YAML:1.0\n---\na: *b\n" + pair, "aliases of what came before"),
    ("%YAML:1.0\n---\n" + pair + pair, "each key once"),
    ("%YAML:1.0\n---\na: " + String(repeating: "[", count: 100_000), "nested"),
    ("%YAML:1.0\n---\na: " + String(repeating: "{b: ", count: 100_000), "nested"),
    ("%YAML:1.0\n---\n" + String(repeating: "? ", count: 100_000), "collection as a key"),
    ("%YAML:1.0\n---\nP1: [0x12c, 0, 120, 0, 0, 300, 80, 0, 0, 0, 1, 0]\nP2: [1, 2]\n", "P1 of 12"),
    ("%YAML:1.0\n---\nP1: !!binary aGVsbG8gd29ybGQ=\nP2: [1, 2]\n", "P1"),
    (
      "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"bbbb\">]>\n<opencv_storage><P1>&b;</P1></opencv_storage>",
      "document type"
    ),
    ("<?xml version=\"1.0\"?>\n<opencv_storage>" + String(repeating: "<a>", count: 50_000), "nested"),
    ("<?xml version=\"1.0\"?>\n<opencv_storage><P1>1 2</P1>", "no element found"),
    ("<?xml version=\"1.0\"?>\n<opencv_storage><P1>1 2</P1><P1>1 2</P1></opencv_storage>", "each element once"),
    ("<html><body><p>404: projection not found</p></body></html>", "one of"),
  ]

  @Test(arguments: texts.indices) func refusedAtOnce(index: Int) throws {
    let (text, says) = Self.texts[index]
    let content = FileContent(path: "memory", bytes: Array(text.utf8))
    let clock = ContinuousClock()
    let start = clock.now
    let error = fileError { () throws(FileError) in _ = try readCalibration(content) }
    #expect(error?.isInvalid == true && "\(error!)".contains(says), "\("\(error!)")")
    #expect("\(error!)".count < 400 && !"\(error!)".contains("\n"))
    // Far above what it takes, far below a hang.
    #expect(clock.now - start < .seconds(20))
  }

  /// Repeating a little is no attack: PyYAML writes a list that occurs twice once.
  @Test func aFewAliasesAreRead() throws {
    let text = "%YAML:1.0\n---\n" + Self.aliases(4) + Self.pair
    #expect(try readCalibration(FileContent(path: "memory", bytes: Array(text.utf8))).focalLength == 300)
  }
}
