public import Files

/// The numbers of a benchmark that people quote: one block, every number with its unit.
public struct ScoreOverview {
  /// One number: what it is called, where the table has it, what it is measured in.
  public struct Row: Sendable {
    let label: String
    let path: [String]
    let unit: Metric.Unit

    /// - Parameters:
    ///   - label: what it is called.
    ///   - path: the members that lead to it in the benchmark's table.
    ///   - unit: what it is measured in.
    public init(_ label: String, _ path: String..., unit: Metric.Unit = .percent) {
      self.label = label
      self.path = path
      self.unit = unit
    }
  }

  private let title: String
  private let table: OrderedJSON
  private let rows: [Row]

  /// - Parameters:
  ///   - title: the first line.
  ///   - table: what ``EvaluationProtocol/summary(of:)`` gives.
  ///   - rows: what is shown of it; numbers that the table does not have are left out.
  public init(title: String, of table: OrderedJSON, rows: [Row]) {
    self.title = title
    self.table = table
    self.rows = rows
  }

  /// Every number that the table has, with its unit.
  public var cells: [(label: String, value: String)] {
    rows.compactMap { row in
      row.path.reduce(Optional(table)) { $0?[$1] }?.number.map {
        (row.label, "\(ScoreTable.decimals($0)) \(row.unit.rawValue)")
      }
    }
  }

  /// The text, lines separated by newlines.
  public var text: String {
    let frames = table["frames"]?.number.map { ", \(Int($0)) frame\($0 == 1 ? "" : "s")" } ?? ""
    var pixels = ""
    if case .string(let name)? = table["pixels"] {
      pixels = name == "nonocc" ? ", non-occluded pixels" : ", all pixels"
    }
    let cells = cells
    let label = cells.map(\.label.count).max() ?? 0
    let value = cells.map(\.value.count).max() ?? 0
    return
      ([title + frames + pixels]
      + cells.map { name, text in
        "  " + name.padded(to: label + 2) + String(repeating: " ", count: value - text.count) + text
      }).joined(separator: "\n")
  }
}
