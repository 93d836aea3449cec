public import Files
public import StereoEvaluation

/// One entry's finished run.
public struct FinishedRun<Rules: EvaluationProtocol>: Sendable {
  /// What it is called in tables.
  public let label: String
  /// The options that it ran with.
  public let settings: String
  /// What is stored of its frames.
  public let records: [FrameRecord<Rules.Score>]
  /// Where its results are.
  public let store: PredictionStore
  /// What may be wrong with the comparison itself, such as frames that the weights were trained on.
  public let warnings: [String]
  /// Whether its frames were matched here, in a time that means something.
  public let isTimed: Bool

  /// The scores of frames with truth.
  public var scored: [ScoredFrame<Rules.Score>] {
    records.compactMap { record in record.score.map { ScoredFrame(name: record.name, score: $0) } }
  }

  /// Median and sum of the matching times, seconds.
  public var seconds: (median: Double, sum: Double) {
    let times = records.map(\.seconds).sorted()
    return (times.isEmpty ? 0 : times[times.count / 2], times.reduce(0, +))
  }

  /// What a page of comparisons shows of it.
  public var compared: ComparedRun<Rules> {
    ComparedRun(label: label, settings: settings, records: records, store: store, isTimed: isTimed, warnings: warnings)
  }
}

/// What `benchmark` prints.
public struct BenchmarkSummary<Rules: EvaluationProtocol> {
  private let rules: Rules
  private let runs: [FinishedRun<Rules>]
  private let comparison: MethodComparison<Rules>

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - runs: what has run.
  public init(_ rules: Rules, _ runs: [FinishedRun<Rules>]) {
    self.rules = rules
    self.runs = runs
    comparison = MethodComparison(rules, runs.map { ($0.label, $0.scored) })
  }

  /// Lines that compare the runs; none for one.
  public var comparisonLines: [String] { comparison.lines }

  /// One object for one run; with several, `methods`, `differences` and the page `comparison`.
  ///
  /// - Parameter page: the page that compares them, if one was written.
  public func json(page: String? = nil) -> OrderedJSON {
    let objects = runs.map(object)
    if objects.count == 1 { return objects[0] }
    return .object([
      ("methods", .array(objects)), ("differences", comparison.json), ("comparison", page.map { .string($0) } ?? .null),
    ])
  }

  private func object(of run: FinishedRun<Rules>) -> OrderedJSON {
    let scored = run.scored
    let table = scored.isEmpty ? OrderedJSON.object([("frames", .integer(0))]) : rules.report(of: scored)
    let seconds = OrderedJSON.object([("median", .double(run.seconds.median)), ("sum", .double(run.seconds.sum))])
    let said = run.records.flatMap { record in record.warnings.map { "\(record.name): \($0)" } }
    return table.appending([
      ("method", .string(run.label)), ("predictions", .integer(run.records.count)),
      ("seconds", run.isTimed ? seconds : .null),
      ("area", .number(Sparsification(meanOf: run.records.compactMap(\.sparsification))?.area)),
      ("perFrameSeconds", run.isTimed ? .array(run.records.map { .double($0.seconds) }) : .null),
      ("warnings", .array((run.warnings + said).map { .string($0) })),
      ("outputDirectory", .string(run.store.directory)),
    ])
  }

  /// The tables for people.
  public var text: String {
    var parts = runs.map { run -> String in
      let scored = run.scored
      let title = "\(run.label) on \(rules.name.title)"
      let table =
        scored.isEmpty
        ? "\(title)\n  \(run.records.count) predictions, no truth"
        : ScoreOverview(title: title, of: rules.summary(of: scored), rows: rules.overview).text
      var lines = [table]
      if run.isTimed { lines.append("  median time  \(ScoreTable.decimals(run.seconds.median)) s") }
      if let curve = Sparsification(meanOf: run.records.compactMap(\.sparsification)) {
        lines.append("  AUSE of the confidence  \(ScoreTable.decimals(curve.area))")
      }
      let warned = run.records.filter { !$0.warnings.isEmpty }
      if let first = warned.first {
        lines.append("  warnings in \(warned.count) frames, such as \(first.name): \(first.warnings[0])")
      }
      lines.append("  kept in \(run.store.directory)")
      return lines.joined(separator: "\n")
    }
    if !comparison.lines.isEmpty { parts.append(comparison.lines.joined(separator: "\n")) }
    return parts.joined(separator: "\n\n")
  }
}
