import ArgumentParser
import Foundation
import StereoDepth

/// `stereodepth methods`: what there is to match with.
struct Methods: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Every method: name, paper, presets, weights, default range.",
    discussion: """
      EXAMPLE
        stereodepth methods --json
      """)

  @Flag(help: "Print one JSON array on standard output.")
  var json = false

  /// One method, as JSON.
  private struct Row: Encodable {
    let name: String
    let paper: String
    let presets: [String]
    let weights: String
    let weightsBundled: Bool
    let minDisparity: Int
    let maxDisparity: Int
  }

  func run() throws {
    let rows = MethodRegistry.all.map { method in
      Row(
        name: method.name, paper: method.paper, presets: method.presets, weights: method.weights.description,
        weightsBundled: method.weights.isBundled, minDisparity: method.defaultRange.lowerBound,
        maxDisparity: method.defaultRange.upperBound)
    }
    if json { return try printJSON(rows) }
    for row in rows {
      print(row.name)
      print("  paper    \(row.paper)")
      print("  presets  \(row.presets.joined(separator: ", ")) (the first is the default)")
      print("  weights  \(row.weights)")
      print(
        "  range    \(row.minDisparity) ..< \(row.maxDisparity) px unless --max-disparity or the calibration says otherwise"
      )
    }
  }
}

extension MethodDescription.WeightNeed {
  /// For people.
  fileprivate var description: String {
    switch self {
    case .none: "none needed"
    case .bundled(let files): "bundled: \(files.joined(separator: ", "))"
    case .needed(let accepts): "needs --weights: \(accepts)"
    }
  }

  fileprivate var isBundled: Bool {
    if case .bundled = self { true } else { false }
  }
}

/// Prints a value as one JSON text on standard output, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
