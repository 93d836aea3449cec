import StereoCore

/// The text of a calibration file, taken apart without knowing its format, and what the caller asked for.
struct CalibrationText {
  /// The file.
  let path: String
  /// What it is read for, in messages.
  let operation: String
  /// The whole text.
  let text: String
  /// The YAML documents, the JSON value or the XML element that it is; none if it is something else.
  let trees: [TextTree]
  /// Its lines `name=value` and `name: value`.
  let lines: CalibrationLines
  /// Why the text is no tree, where it is none.
  private let problem: YAMLReader.Problem?

  /// The files of the other cameras, where the caller names them.
  var rights: [CalibrationText] = []
  /// Which pair of a file that has several.
  var cameras: CameraPair?
  /// The left image, whose folder may tell the pair.
  var image: String?
  /// Size of the images, where the file tells none or several.
  var imageSize: PixelSize?
  /// The unit of the file's lengths, where the caller knows better than the format.
  var baselineUnit: LengthUnit?

  /// No calibration is longer than a megabyte.
  static let greatestByteCount = 1 << 20

  init(_ content: FileContent, operation: String) {
    path = content.path
    self.operation = operation
    text = Self.decoded(content.bytes.prefix(Self.greatestByteCount))
    lines = CalibrationLines(text)
    (trees, problem) = Self.trees(of: text)
  }

  init(_ path: String, operation: String) throws(FileError) {
    try self.init(
      FileContent(of: path, operation: operation, limit: Self.greatestByteCount), operation: operation)
  }

  /// The text of bytes in UTF-8 or UTF-16, with or without a byte-order mark.
  private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
    let hasMark = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    let start = bytes.prefix(64)
    // Latin text in UTF-16 has a zero byte in every unit, text in UTF-8 has none.
    func zeros(_ parity: Int) -> Int { start.indices.count { $0 % 2 == parity && start[$0] == 0 } }
    guard hasMark || max(zeros(0), zeros(1)) * 2 == start.count, start.count > 1 else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let isBigEndian = hasMark ? bytes.first == 0xFE : zeros(0) > zeros(1)
    let first = bytes.startIndex + (hasMark ? 2 : 0)
    let units = stride(from: first, to: bytes.endIndex - 1, by: 2).map { place in
      let (one, two) = (UInt16(bytes[place]), UInt16(bytes[place + 1]))
      return isBigEndian ? one << 8 | two : two << 8 | one
    }
    return String(decoding: units, as: UTF16.self)
  }

  private static func trees(of text: String) -> ([TextTree], YAMLReader.Problem?) {
    do throws(YAMLReader.Problem) {
      if text.first(where: { !$0.isWhitespace }) == "<" { return ([try XMLReader.document(text)], nil) }
      return (try YAMLReader.documents(withoutHeaders(text)), nil)
    } catch {
      return ([], error)
    }
  }

  /// OpenCV's first line `%YAML:1.0` is no directive that YAML knows, and nothing depends on the right ones: the first is
  /// left out, further ones (files joined to one) begin a document.
  private static func withoutHeaders(_ text: String) -> String {
    guard text.firstRange(of: "%YAML") != nil else { return text }
    var isFirst = true
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      guard line.hasPrefix("%YAML") else { return line }
      defer { isFirst = false }
      return isFirst ? "" : "---"
    }
    return lines.joined(separator: "\n")
  }

  /// The format whose keys the text has.
  func format() throws(FileError) -> CalibrationFormat {
    if let format = CalibrationFormat.all.first(where: { $0.recognises(self) }) { return format }
    let wordsOfTrees = ["opencv", "_matrix", "distortion", "%YAML", "<?xml", "intrinsics", "projection"]
    if let problem, wordsOfTrees.contains(where: { text.firstRange(of: $0) != nil }) {
      throw invalid(expected: problem.expected, found: problem.found)
    }
    let known = CalibrationFormat.all.map(\.name).joined(separator: ", ")
    throw invalid(
      expected: operation == inspecting ? "an image, a map or a calibration" : "one of \(known)", found: quoted(text))
  }

  /// Reads the text as a calibration of a rectified pair.
  func calibration(as format: CalibrationFormat) throws(FileError) -> StereoCalibration {
    guard let read = format.read else {
      throw invalid(
        expected: "a rectified pair",
        found: "a \(format.name) of raw cameras: give it with --rig, or rectify the images first")
    }
    return try read(self)
  }

  /// Every mapping of all documents and files, with the keys that lead there.
  var mappings: [(path: [String], node: TextTree)] {
    ([self] + rights).flatMap { file in file.trees.flatMap { $0.mappings() } }
  }

  /// Keys of all mappings at the top.
  var topKeys: Set<String> { Set(trees.flatMap { $0.members.map(\.key) }) }

  /// Refuses what only formats with several pairs or several files have a use for.
  func requireOnePairInOneFile() throws(FileError) {
    if let cameras { throw invalid(expected: "several pairs (--cameras \(cameras))", found: "one pair only") }
    if let other = rights.first {
      throw invalid(expected: "a file with one camera beside \(other.path)", found: "a file with the whole pair")
    }
  }

  /// The error that the file is not what it must be.
  func invalid(expected: String, found: String) -> FileError {
    .invalid(path: path, operation: operation, expected: expected, found: found)
  }
}
