import Files
import ImageFiles
public import Kernels
public import StereoCore
import Synchronization

/// One run of a comparison, as its page shows it.
public struct ComparedRun<Rules: EvaluationProtocol>: Sendable {
  /// What it is called.
  public let label: String
  /// The options that it ran with.
  public let settings: String
  /// What is stored of its frames.
  public let records: [FrameRecord<Rules.Score>]
  /// Where its predictions are.
  public let store: PredictionStore
  /// Whether its times mean something.
  public let isTimed: Bool
  /// What may be wrong with comparing it.
  public let warnings: [String]

  /// - Parameters:
  ///   - label: what it is called.
  ///   - settings: the options that it ran with.
  ///   - records: what is stored of its frames, in the order of the frames.
  ///   - store: where its predictions are.
  ///   - isTimed: whether its times mean something.
  ///   - warnings: what may be wrong with comparing it.
  public init(
    label: String, settings: String, records: [FrameRecord<Rules.Score>], store: PredictionStore, isTimed: Bool,
    warnings: [String]
  ) {
    self.label = label
    self.settings = settings
    self.records = records
    self.store = store
    self.isTimed = isTimed
    self.warnings = warnings
  }
}

/// Several runs over the same frames on one HTML page that needs nothing else: a table of the runs, their paired differences, the
/// headline number of every frame, and the pictures of a frame side by side.
public struct ComparisonPage<Rules: EvaluationProtocol>: Sendable {
  private let rules: Rules
  private let frames: [BenchmarkFrame]
  private let runs: [ComparedRun<Rules>]
  private let lines: [String]
  /// Frames whose pictures are drawn at the same time.
  public var parallel = Parallel()

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - frames: the frames.
  ///   - runs: what has run over them.
  ///   - lines: the comparison in words, ``MethodComparison/lines``.
  public init(_ rules: Rules, frames: [BenchmarkFrame], runs: [ComparedRun<Rules>], lines: [String]) {
    self.rules = rules
    self.frames = frames
    self.runs = runs
    self.lines = lines
  }

  /// Writes the page.
  ///
  /// - Throws: ``FileError``: the page cannot be written, or a picture cannot be read.
  public func write(to path: String, progress: RunProgress = RunProgress()) throws(FileError) {
    var file = try AtomicFile(path, operation: "writing a comparison")
    let head = """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(runs.count) runs on \(rules.name.title)</title>
      <style>\(ReportStyle.text)\(ComparisonScript.style)</style>
      </head>
      <body>
      \(ComparisonScript.body)
      <script type="application/json" id="data">\(data.text)</script>

      """
    try file.append(Array(head.utf8))
    let chunk = max(parallel.threads * 2, 1)
    for start in stride(from: 0, to: frames.count, by: chunk) {
      let range = start..<min(start + chunk, frames.count)
      for text in try pictures(of: range) { try file.append(Array(text.utf8)) }
      try? progress.advance("pictures", Double(range.upperBound) / Double(frames.count))
    }
    try file.append(Array("<script>\(ComparisonScript.text)</script>\n</body>\n</html>\n".utf8))
    try file.commit()
  }

  /// The inert scripts that hold the pictures of some frames: the left image and the truth once, then each run's.
  private func pictures(of range: Range<Int>) throws(FileError) -> [String] {
    let style: KITTIErrorImage = rules.name == .kitti2012 ? .gray2012 : .colours2015
    let drawn = Mutex<[Int: Result<String, FileError>]>([:])
    parallel.bands(range.count) { band in
      let index = range.lowerBound + band
      let result = Result { () throws(FileError) in
        var shown: [(String, String)] = []
        for (number, run) in runs.enumerated() {
          let own = try Thumbnails(of: frames[index], in: run.store, style: style).pictures
          if number == 0 { shown += own.filter { ["left", "truth"].contains($0.name) } }
          shown += own.filter { ["prediction", "error"].contains($0.name) }.map { ("\($0.name) \(number)", $0.address) }
        }
        let text = OrderedJSON.object(shown.map { ($0.0, .string($0.1)) }).text
        return "<script type=\"application/json\" id=\"frame-\(index)\">\(text)</script>\n"
      }
      drawn.withLock { $0[index] = result }
    }
    var texts: [String] = []
    for index in range { if let result = drawn.withLock({ $0[index] }) { texts.append(try result.get()) } }
    return texts
  }

  private var data: OrderedJSON {
    .object([
      ("benchmark", .string(rules.name.title)), ("lines", .array(lines.map { .string($0) })),
      ("runs", .array(runs.map(row))),
      (
        "frames",
        .array(
          frames.indices.map { index in
            .object([
              ("name", .string(frames[index].name)),
              ("values", .array(runs.map { run in .number(headline(run.records[index])) })),
            ])
          })
      ),
    ])
  }

  /// A frame's headline number: the first of its metrics.
  private func headline(_ record: FrameRecord<Rules.Score>) -> Double? {
    record.score.flatMap { rules.metrics(of: $0).first?.value }
  }

  private func row(_ run: ComparedRun<Rules>) -> OrderedJSON {
    let scored = run.records.compactMap { record in record.score.map { ScoredFrame(name: record.name, score: $0) } }
    let overview = ScoreOverview(
      title: run.label, of: scored.isEmpty ? .object([(String, OrderedJSON)]()) : rules.summary(of: scored),
      rows: rules.overview)
    let times = run.records.map(\.seconds).sorted()
    return .object([
      ("label", .string(run.label)), ("settings", .string(run.settings)),
      (
        "numbers",
        .array(overview.cells.map { .object([("name", .string($0.label)), ("value", .string($0.value))]) })
      ),
      ("seconds", run.isTimed && !times.isEmpty ? .double(times[times.count / 2]) : .null),
      ("area", .number(Sparsification(meanOf: run.records.compactMap(\.sparsification))?.area)),
      ("warnings", .array(run.warnings.map { .string($0) })),
    ])
  }
}
