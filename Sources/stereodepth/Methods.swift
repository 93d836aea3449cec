import ArgumentParser
import FoundationEssentials
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
        name: method.name, paper: method.paper, presets: method.presets, weights: method.weightsForPeople,
        weightsBundled: method.areWeightsBundled, minDisparity: method.defaultRange.lowerBound,
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

extension MethodDescription {
  /// What it needs in weights, in words.
  fileprivate var weightsForPeople: String {
    switch weights {
    case .none: return "none needed"
    case .needed(let accepts): return "needs --weights: \(accepts)"
    case .bundled(let files):
      let missing = missingWeights
      let names = files.map { missing.contains($0) ? "\($0) (not found: give --weights)" : $0 }
      return "bundled: \(names.joined(separator: ", "))"
    }
  }

  /// Whether it can be used without `--weights`, for one preset at least.
  fileprivate var areWeightsBundled: Bool {
    guard case .bundled(let files) = weights else { return false }
    return missingWeights.count < files.count
  }
}

/// Prints a value as one JSON text on standard output, keys sorted.
func printJSON(_ value: some Encodable) throws {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
  print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
