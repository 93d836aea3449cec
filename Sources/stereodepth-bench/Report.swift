/// A value of a report.
indirect enum JSONText {
  case text(String)
  case number(Double)
  case object([(String, JSONText)])
  case list([JSONText])

  /// The value as JSON.
  var json: String {
    switch self {
    case .text(let text): "\"\(text)\""
    case .number(let number): number.rounded() == number && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    case .object(let entries): "{" + entries.map { "\"\($0.0)\":\($0.1.json)" }.joined(separator: ",") + "}"
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    }
  }
}

/// Prints a report: one JSON object, or a line for each entry.
func printReport(_ entries: [(String, JSONText)], asJSON: Bool) {
  if asJSON {
    print(JSONText.object(entries).json)
    return
  }
  for (name, value) in entries {
    if case .object(let parts) = value {
      print("\(name):")
      for part in parts { print("  \(part.0): \(part.1.json)") }
    } else {
      print("\(name): \(value.json)")
    }
  }
}
