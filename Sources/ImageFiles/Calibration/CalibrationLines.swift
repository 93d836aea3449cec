/// A text as lines `name=value` or `name: value`, in sections `[name]` where it has any.
struct CalibrationLines: Sendable {
  /// Values after `=` by section and name; the lines before the first section have the section "".
  private(set) var assignments: [String: [String: Substring]] = ["": [:]]
  /// Values after `:` by name.
  private(set) var entries: [String: Substring] = [:]

  /// Takes a text apart; `#` begins a comment.
  init(_ text: String) {
    var section = ""
    for whole in text.split(whereSeparator: \.isNewline) {
      let line = whole.prefix { $0 != "#" }
      if let name = Self.section(line) {
        section = name
        assignments[section, default: [:]] = assignments[section] ?? [:]
      } else if let sign = line.firstIndex(where: { $0 == "=" || $0 == ":" }) {
        let name = line[..<sign].filter { !$0.isWhitespace }
        let value = line[line.index(after: sign)...]
        if line[sign] == "=" { assignments[section, default: [:]][name] = value } else { entries[name] = value }
      }
    }
  }

  /// The name of a line `[name]`.
  private static func section(_ line: Substring) -> String? {
    let word = line.drop { $0.isWhitespace }
    guard word.first == "[", let end = word.firstIndex(of: "]"),
      word[word.index(after: end)...].allSatisfy(\.isWhitespace)
    else { return nil }
    return String(word[word.index(after: word.startIndex)..<end])
  }

  /// The assignments before any section.
  var plain: [String: Substring] { assignments[""] ?? [:] }
}
