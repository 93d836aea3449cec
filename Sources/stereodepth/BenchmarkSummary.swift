import StereoDepth

/// One method's finished run.
struct FinishedRun<Rules: EvaluationProtocol> {
  let method: String
  /// The options that it ran with.
  let settings: String
  let records: [FrameRecord<Rules.Score>]
  let store: PredictionStore

  /// The scores of frames with truth.
  var scored: [ScoredFrame<Rules.Score>] {
    records.compactMap { record in record.score.map { ScoredFrame(name: record.name, score: $0) } }
  }

  /// Median and sum of the matching times, seconds.
  var seconds: (median: Double, sum: Double) {
    let times = records.map(\.seconds).sorted()
    return (times.isEmpty ? 0 : times[times.count / 2], times.reduce(0, +))
  }
}

/// What `benchmark` prints.
struct BenchmarkSummary<Rules: EvaluationProtocol> {
  private let rules: Rules
  private let runs: [FinishedRun<Rules>]
  private let comparison: MethodComparison<Rules>

  init(_ rules: Rules, _ runs: [FinishedRun<Rules>], _ comparison: MethodComparison<Rules>) {
    self.rules = rules
    self.runs = runs
    self.comparison = comparison
  }

  /// One object for one method; with several, `methods` and `differences`.
  var json: OrderedJSON {
    let objects = runs.map(object)
    return objects.count == 1
      ? objects[0] : .object([("methods", .array(objects)), ("differences", comparison.json)])
  }

  private func object(of run: FinishedRun<Rules>) -> OrderedJSON {
    let scored = run.scored
    let table = scored.isEmpty ? OrderedJSON.object([("frames", .integer(0))]) : rules.report(of: scored)
    return table.appending([
      ("method", .string(run.method)), ("predictions", .integer(run.records.count)),
      ("seconds", .object([("median", .double(run.seconds.median)), ("sum", .double(run.seconds.sum))])),
      ("area", .number(Sparsification(meanOf: run.records.compactMap(\.sparsification))?.area)),
      ("perFrameSeconds", .array(run.records.map { .double($0.seconds) })),
      ("warnings", .array(run.records.flatMap { record in record.warnings.map { .string("\(record.name): \($0)") } })),
      ("outputDirectory", .string(run.store.directory)),
    ])
  }

  /// The tables for people.
  var text: String {
    var parts = runs.map { run -> String in
      let scored = run.scored
      let title = "\(run.method) on \(rules.name.title)"
      let table =
        scored.isEmpty
        ? "\(title)\n  \(run.records.count) predictions, no truth"
        : ScoreTable(title: title, of: rules.summary(of: scored)).text
      var lines = [table, "  median time    \(ScoreTable.decimals(run.seconds.median)) s"]
      if let curve = Sparsification(meanOf: run.records.compactMap(\.sparsification)) {
        lines.append("  AUSE of the confidence    \(ScoreTable.decimals(curve.area))")
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
