import StereoCore

// Texts become numbers here and nowhere else.
extension CalibrationText {
  /// Takes `text` apart into numbers at blanks, commas, semicolons and brackets.
  ///
  /// - Throws: ``FileError/invalid(path:operation:expected:found:)`` if there are not `count`, or one is not finite.
  func numbers(_ name: String, _ text: some StringProtocol, count: Int) throws(FileError) -> [Double] {
    try numbers(name, text, counts: [count])
  }

  /// The same where several counts are right.
  func numbers(_ name: String, _ text: some StringProtocol, counts: [Int]) throws(FileError) -> [Double] {
    let words = text.split { $0.isWhitespace || ",;[]".contains($0) }
    let values = words.compactMap { number($0) }
    guard values.count == words.count, counts.contains(values.count) else {
      let found = values.count == words.count ? "\(values.count) numbers" : quoted(String(text))
      let wanted = counts.map(String.init).joined(separator: " or ")
      throw invalid(expected: "\(name) of \(wanted) finite number\(counts == [1] ? "" : "s")", found: found)
    }
    return values
  }

  /// A finite decimal number; hexadecimal ones and words such as `inf` are none.
  private func number(_ word: some StringProtocol) -> Double? {
    guard word.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }), let value = Double(word),
      value.isFinite
    else { return nil }
    return value
  }

  /// The finite numbers of a tree: of a sequence, of rows in a sequence, of a text, or of what stands under `data`.
  func numbers(_ name: String, _ node: TextTree, counts: [Int]) throws(FileError) -> [Double] {
    guard let text = flatText(node["data"] ?? node) else {
      let wanted = counts.map(String.init).joined(separator: " or ")
      throw invalid(expected: "\(name) of \(wanted) finite numbers", found: "no sequence")
    }
    return try numbers(name, text, counts: counts)
  }

  /// The same for one count.
  func numbers(_ name: String, _ node: TextTree, count: Int) throws(FileError) -> [Double] {
    try numbers(name, node, counts: [count])
  }

  private func flatText(_ node: TextTree) -> String? {
    if let text = node.text { return text }
    guard let elements = node.elements else { return nil }
    let texts = elements.compactMap { flatText($0) }
    return texts.count == elements.count ? texts.joined(separator: " ") : nil
  }

  /// One number under a key, `nil` where the key is not there.
  func number(_ key: String, of node: TextTree) throws(FileError) -> Double? {
    guard let value = node[key] else { return nil }
    return try numbers(key, value, count: 1)[0]
  }

  /// One number that must be there.
  func requiredNumber(_ key: String, of node: TextTree) throws(FileError) -> Double {
    guard let value = try number(key, of: node) else {
      throw invalid(expected: "a key \(key)", found: names(node.members.map(\.key)))
    }
    return value
  }

  /// A whole number from 0 to a million under a key.
  func wholeNumber(_ key: String, of node: TextTree) throws(FileError) -> Int? {
    guard let value = try number(key, of: node) else { return nil }
    return try whole(value, key)
  }

  /// A whole number from 0 to a million.
  func whole(_ value: Double, _ name: String) throws(FileError) -> Int {
    guard value == value.rounded(), (0...1e6).contains(value) else {
      throw invalid(expected: "\(name) of 0 to 1000000", found: "\(value)")
    }
    return Int(value)
  }

  /// A size of two whole numbers; `nil` where one is 0, as in files that do not know it.
  func size(_ width: Double?, _ height: Double?) throws(FileError) -> PixelSize? {
    guard let width, let height else { return nil }
    let (columns, rows) = (try whole(width, "a width"), try whole(height, "a height"))
    return columns > 0 && rows > 0 ? PixelSize(width: columns, height: rows) : nil
  }

  /// Names in a message, not too many of them.
  func names(_ names: some Collection<String>) -> String {
    names.isEmpty
      ? "none" : names.prefix(12).map { quoted($0) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }
}
