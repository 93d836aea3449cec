import StereoDepth

/// What `match` says when it is done; its JSON keys are the contract's.
struct MatchReport {
  /// Parts of the run, seconds; `match` is the engine alone.
  struct Seconds {
    var load = 0.0
    var match = 0.0
    var write = 0.0
    var total = 0.0
  }

  private let method: String
  private let preset: String
  private let size: PixelSize
  private let range: DisparityRange
  private let threads: Int
  private let instructionSet = InstructionSet.best.rawValue
  private var fractions = (valid: 0.0, filled: 0.0)
  /// Median vertical flow, pixels; left out where the method measures none.
  private var verticalFlow: Float?
  private var peakMemoryBytes = 0
  var seconds = Seconds()
  /// Path of each output by its kind; a second format of one kind stands under `kind.ending`.
  var outputs: [(name: String, path: String)] = []
  /// What may be wrong.
  var warnings: [String] = []
  /// What was done.
  var notes: [String] = []

  /// A report of a run that has not been measured yet.
  init(matcher: StereoMatcher, size: PixelSize, threads: Int) {
    method = matcher.method.name
    preset = matcher.preset
    range = matcher.range
    self.size = size
    self.threads = threads
  }

  /// Takes what there is to say of the outputs.
  mutating func add(_ remarks: OutputRemarks) {
    warnings += remarks.warnings
    notes += remarks.notes
  }

  /// Takes the shares of the result and the memory of the process.
  mutating func measure(_ result: borrowing StereoResult) {
    fractions = result.left.fractions()
    verticalFlow = result.verticalFlow
    peakMemoryBytes = ProcessMemory.peakBytes()
  }

  /// The report as the contract's object.
  private var json: OrderedJSON {
    var members: [(String, OrderedJSON)] = [
      ("method", .string(method)), ("preset", .string(preset)), ("width", .integer(size.width)),
      ("height", .integer(size.height)), ("minDisparity", .integer(range.lowerBound)),
      ("maxDisparity", .integer(range.upperBound)), ("validFraction", .double(fractions.valid)),
      ("matchedFraction", .double(fractions.valid - fractions.filled)), ("filledFraction", .double(fractions.filled)),
    ]
    if let verticalFlow { members.append(("verticalFlow", .double(Double(verticalFlow)))) }
    return .object(
      members + [
        ("threads", .integer(threads)), ("instructionSet", .string(instructionSet)),
        (
          "seconds",
          .object([
            ("load", .double(seconds.load)), ("match", .double(seconds.match)), ("write", .double(seconds.write)),
            ("total", .double(seconds.total)),
          ])
        ),
        ("peakMemoryBytes", .integer(peakMemoryBytes)),
        ("outputs", .object(outputs.map { ($0.name, .string($0.path)) })),
        ("warnings", .array(warnings.map { .string($0) })), ("notes", .array(notes.map { .string($0) })),
      ])
  }

  /// Prints the report for people or as JSON.
  func print(json asJSON: Bool) {
    if asJSON { return Swift.print(json.text) }
    Swift.print(
      "\(method) (\(preset)) matched \(size), disparities \(range), "
        + "in \(ScoreTable.decimals(seconds.match * 1000, places: 1)) ms on \(threads) thread\(threads == 1 ? "" : "s") (\(instructionSet))."
    )
    func percent(_ share: Double) -> String { ScoreTable.decimals(share * 100, places: 1) }
    Swift.print(
      "\(percent(fractions.valid - fractions.filled)) % matched, \(percent(fractions.filled)) % filled, "
        + "\(percent(1 - fractions.valid)) % without disparity.")
    if let verticalFlow {
      Swift.print("The median vertical flow is \(ScoreTable.decimals(Double(verticalFlow), places: 2)) pixels.")
    }
    let width = max(15, outputs.map(\.name.count).max() ?? 0)
    for output in outputs.sorted(by: { $0.name < $1.name }) {
      Swift.print("  \(output.name.padded(to: width)) \(output.path)")
    }
    for note in notes { Swift.print("  \(note)") }
    for warning in warnings { StandardError.write("stereodepth: warning: \(warning)\n") }
  }

  /// Prints what a run would need.
  static func printPlan(_ plan: RunPlan, matcher: StereoMatcher, size: PixelSize, json: Bool) {
    let (method, preset) = (matcher.method.name, matcher.preset)
    if json {
      let stages = plan.stages.map { stage -> OrderedJSON in
        .object([
          ("name", .string(stage.name)), ("bytes", .integer(stage.bytes)),
          ("multiplyAdds", .integer(stage.multiplyAdds)),
        ])
      }
      let object = OrderedJSON.object([
        ("method", .string(method)), ("preset", .string(preset)), ("width", .integer(size.width)),
        ("height", .integer(size.height)), ("peakBytes", .integer(plan.peakBytes)),
        ("multiplyAdds", .integer(plan.multiplyAdds)), ("stages", .array(stages)),
      ])
      return Swift.print(object.text)
    }
    func megabytes(_ bytes: Int) -> String { ScoreTable.decimals(Double(bytes) / 1e6, places: 1) }
    func giga(_ count: Int) -> String { ScoreTable.decimals(Double(count) / 1e9, places: 2) }
    Swift.print("\(method) (\(preset)) on \(size), disparities \(matcher.range):")
    Swift.print("  peak memory    \(megabytes(plan.peakBytes)) MB (\(plan.peakBytes) bytes)")
    Swift.print("  multiply-adds  \(giga(plan.multiplyAdds)) G")
    let column = max(28, (plan.stages.map(\.name.count).max() ?? 0) + 1)
    for stage in plan.stages {
      let bytes = megabytes(stage.bytes).leftPadded(to: 9)
      Swift.print("    \(stage.name.padded(to: column))\(bytes) MB \(giga(stage.multiplyAdds).leftPadded(to: 9)) G")
    }
  }
}

extension String {
  /// The text with blanks before it, `width` characters in all.
  fileprivate func leftPadded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
