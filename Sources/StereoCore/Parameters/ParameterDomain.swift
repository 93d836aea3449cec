/// What a parameter may be; the one place where a text becomes a value.
public enum ParameterDomain: Sendable, Hashable {
  /// A whole number of an interval.
  case whole(ClosedRange<Int>)
  /// A whole number of an interval, or a word.
  case wholeOr(ClosedRange<Int>, String)
  /// A number of an interval.
  case number(ClosedRange<Double>)
  /// `true` or `false`.
  case truth
  /// One of some words.
  case choice([String])
  /// Some of some words, separated by commas; `none` for none of them.
  case list([String])
  /// Any text; what it is.
  case text(String)

  /// The interval as documentation shows it.
  public var interval: String {
    switch self {
    case .whole(let range): "\(range.lowerBound) … \(range.upperBound)"
    case .wholeOr(let range, let word): "\(range.lowerBound) … \(range.upperBound), \(word)"
    case .number(let range):
      "\(ParameterValue.number(range.lowerBound)) … \(ParameterValue.number(range.upperBound))"
    case .truth: "true, false"
    case .choice(let words): words.joined(separator: ", ")
    case .list(let words): "none, or a list of \(words.joined(separator: ", "))"
    case .text(let what): what
    }
  }

  /// What an error says was expected.
  public var expectation: String {
    switch self {
    case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .wholeOr(let range, let word): "a whole number from \(range.lowerBound) to \(range.upperBound), or \(word)"
    case .number(let range):
      "a number from \(ParameterValue.number(range.lowerBound)) to \(ParameterValue.number(range.upperBound))"
    case .truth: "true or false"
    case .choice(let words): words.count > 1 ? "one of \(words.joined(separator: ", "))" : words.joined()
    case .list(let words): "none, or a comma list of \(words.joined(separator: ", "))"
    case .text(let what): what
    }
  }

  /// The value that `text` is, or `nil` if it is none of this domain.
  public func value(of text: String) -> ParameterValue? {
    switch self {
    case .whole: Int(text).flatMap { fitting(.whole($0)) }
    case .wholeOr(_, let word): text == word ? .word(word) : Int(text).flatMap { fitting(.whole($0)) }
    case .number: Double(text).flatMap { fitting(.number($0)) }
    case .truth: Bool(text).map { .truth($0) }
    case .choice, .text: fitting(.word(text))
    case .list:
      text == "none" || text.isEmpty
        ? .words([]) : fitting(.words(text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)))
    }
  }

  /// The value in the form that this domain gives it (a whole number as a number, say), or `nil` if it does not belong here.
  public func fitting(_ value: ParameterValue) -> ParameterValue? {
    switch (self, value) {
    case (.whole(let range), .whole(let whole)), (.wholeOr(let range, _), .whole(let whole)):
      range.contains(whole) ? value : nil
    case (.wholeOr(_, let word), .word(let given)): given == word ? value : nil
    case (.number(let range), .whole(let whole)): range.contains(Double(whole)) ? .number(Double(whole)) : nil
    case (.number(let range), .number(let number)): range.contains(number) ? value : nil
    case (.truth, .truth): value
    case (.choice(let words), .word(let word)): words.contains(word) ? value : nil
    case (.list(let words), .words(let some)): some.allSatisfy(words.contains) ? value : nil
    case (.text, .word(let text)): text.isEmpty ? nil : value
    default: nil
    }
  }
}
