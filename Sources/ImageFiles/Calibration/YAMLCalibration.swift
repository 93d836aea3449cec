internal import Yams

extension CalibrationText {
  /// The YAML documents of the file.
  ///
  /// OpenCV's first line `%YAML:1.0` is no directive that YAML knows; it is left out.
  func yamlDocuments() throws(FileError) -> [Node] {
    var lines = text[...]
    if lines.hasPrefix("%YAML") { lines = lines.drop { !$0.isNewline } }
    try checkNesting()
    do {
      var documents = try compose_all(yaml: String(lines))
      var nodes: [Node] = []
      while let node = documents.next() { nodes.append(node) }
      if let error = documents.error { throw error }
      return nodes
    } catch {
      let reason = "\(error)".split(whereSeparator: \.isNewline).first ?? "damaged"
      throw invalid(expected: "YAML", found: String(reason))
    }
  }

  /// Refuses brackets nested deeper than any calibration has: the parser descends once for each.
  private func checkNesting() throws(FileError) {
    var depth = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth -= 1 }
      guard depth <= 32 else { throw invalid(expected: "brackets nested at most 32 deep", found: "more") }
    }
    for line in text.split(whereSeparator: \.isNewline) {
      let indent = line.utf8.prefix { $0 == 32 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "?") }.count
      guard indent <= 128 else { throw invalid(expected: "lines indented by at most 128", found: "\(indent)") }
    }
  }

  /// The finite numbers of a YAML sequence, or of the sequence under its key `data`.
  func numbers(_ name: String, _ node: Node, count: Int) throws(FileError) -> [Double] {
    guard let sequence = (node.mapping?["data"] ?? node).sequence else {
      throw invalid(expected: "\(name) of \(count) finite numbers", found: "no sequence")
    }
    let words = sequence.map { $0.scalar?.string ?? "?" }
    return try numbers(name, words.joined(separator: " "), count: count)
  }
}
