/// A value of a parameter: a number, a truth, a word of a choice, or several words.
public enum ParameterValue: Sendable, Hashable {
  /// A whole number.
  case whole(Int)
  /// A number.
  case number(Double)
  /// True or false.
  case truth(Bool)
  /// A word of a choice, or a text such as a path.
  case word(String)
  /// Words of a choice, in their order.
  case words([String])
}

extension ParameterValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
  /// `4`.
  public init(integerLiteral value: Int) { self = .whole(value) }
  /// `0.08`.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// `true`.
  public init(booleanLiteral value: Bool) { self = .truth(value) }
  /// `"census"`.
  public init(stringLiteral value: String) { self = .word(value) }
  /// `["median", "fill"]`.
  public init(arrayLiteral words: String...) { self = .words(words) }
}

extension ParameterValue: CustomStringConvertible {
  /// As `--set` takes it.
  public var description: String {
    switch self {
    case .whole(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .truth(let value): "\(value)"
    case .word(let value): value
    case .words(let values): values.isEmpty ? "none" : values.joined(separator: ",")
    }
  }
}
