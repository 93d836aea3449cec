/// A JSON text as a tree whose objects keep their order, so that the same result is the same text; integers stay exact.
///
/// ``text`` writes it, ``JSONReader`` reads it.
public enum OrderedJSON: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number; JSON has no infinities and no NaN, which become `null`.
  case double(Double)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int)
  /// Text.
  case string(String)
  /// A list.
  case array([OrderedJSON])
  /// Named values in order.
  case object([Member])

  /// A named value.
  public struct Member: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: OrderedJSON
  }

  /// Named values in order.
  public static func object(_ members: [(String, OrderedJSON)]) -> OrderedJSON {
    .object(members.map { Member(name: $0.0, value: $0.1) })
  }

  /// A number, or `null` where there is none.
  public static func number(_ value: Double?) -> OrderedJSON { value.map { .double($0) } ?? .null }

  /// The value of the member `name`, or `nil` if this is no object or has no such member.
  public subscript(name: String) -> OrderedJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The number that this is, or `nil`.
  public var number: Double? {
    switch self {
    case .double(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The text of a string, or `nil`.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }

  /// The value of a whole number, or `nil`.
  public var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The value of `true` and `false`, or `nil`.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

  /// The elements of a list, or `nil`.
  public var elements: [OrderedJSON]? { if case .array(let elements) = self { elements } else { nil } }

  /// This object with more members after its own.
  ///
  /// - Precondition: this is an object.
  public func appending(_ members: [(String, OrderedJSON)]) -> OrderedJSON {
    guard case .object(let own) = self else { preconditionFailure("OrderedJSON: only objects have members") }
    return .object(own + members.map { Member(name: $0.0, value: $0.1) })
  }

  /// The text, on one line; doubles in the fewest digits that read back as the same number.
  public var text: String {
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .double(let value): return value.isFinite ? Self.shortest(value) : "null"
    case .string(let value): return Self.quoted(value)
    case .array(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      return "{" + members.map { Self.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  private static func shortest(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `text` as a JSON string; `<` is escaped, so that the string may stand in an HTML script.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "<": result += "\\u003c"
      case "\u{2028}": result += "\\u2028"
      case "\u{2029}": result += "\\u2029"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
