import Files

/// A benchmark's table as text: one line a number, blocks indented.
public struct ScoreTable {
  private let title: String
  private let table: OrderedJSON

  /// - Parameters:
  ///   - title: the first line.
  ///   - table: what ``EvaluationProtocol/report(of:)`` gives; `perFrame` is left out.
  public init(title: String, of table: OrderedJSON) {
    self.title = title
    self.table = table
  }

  /// The text, lines separated by newlines.
  public var text: String {
    ([title] + Self.lines(of: table, indent: "  ")).joined(separator: "\n")
  }

  private static func lines(of value: OrderedJSON, indent: String) -> [String] {
    guard case .object(let members) = value else { return [] }
    let width = members.map(\.name.count).max() ?? 0
    var lines: [String] = []
    for member in members where !["perFrame", "protocol", "missing", "unreadable"].contains(member.name) {
      let label = indent + member.name.padded(to: width)
      switch member.value {
      case .null, .array: continue
      case .object(let inner):
        // A block of numbers by threshold or region fits on one line.
        if inner.allSatisfy({ $0.value.number != nil || $0.value == .null }) && inner.count <= 5 {
          let cells = inner.filter { $0.value != .null }.map { "\($0.name): \(shown($0.value))" }
          if !cells.isEmpty { lines.append("\(label)  \(cells.joined(separator: "   "))") }
        } else {
          let block = Self.lines(of: member.value, indent: indent + "  ")
          if !block.isEmpty { lines += [indent + member.name] + block }
        }
      default: lines.append("\(label)  \(shown(member.value))")
      }
    }
    return lines
  }

  private static func shown(_ value: OrderedJSON) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .double(let number): decimals(number)
    case .bool(let flag): flag ? "yes" : "no"
    default: "–"
    }
  }

  /// A number with a fixed number of decimals.
  public static func decimals(_ number: Double, places: Int = 3) -> String {
    guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let units = Int((abs(number) * scale).rounded())
    let fraction = String(units % Int(scale))
    let sign = number < 0 && units > 0 ? "-" : ""
    return "\(sign)\(units / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }
}

extension String {
  /// The text with blanks after it, `width` characters in all.
  package func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
