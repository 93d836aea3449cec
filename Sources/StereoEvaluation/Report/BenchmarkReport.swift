import FoundationEssentials
public import ImageFiles
public import Kernels
public import StereoCore
import Synchronization

/// A benchmark's result as one HTML file that needs nothing else: no network, no other file, light and dark.
///
/// The numbers are one JSON text in the page, each frame's pictures another one, which is parsed when the frame is looked
/// at; so the page opens at once however many frames it has. Tables and charts are drawn by ``ReportScript`` as SVG.
public struct BenchmarkReport<Rules: EvaluationProtocol>: Sendable {
  /// The benchmark.
  public let rules: Rules
  /// How the method is called.
  public let method: String
  /// The frames that were run.
  public let frames: [BenchmarkFrame]
  /// What is stored of them, in the same order.
  public let records: [FrameRecord<Rules.Score>]
  /// Where their predictions are.
  public let store: PredictionStore
  /// What the run was told, for the line below the title: preset, range, options.
  public var settings = ""
  /// Lines that compare methods, where several ran.
  public var comparison: [String] = []
  /// Frames whose pictures are drawn at the same time.
  public var parallel = Parallel()

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - method: how the method is called.
  ///   - frames: the frames that were run.
  ///   - records: what is stored of them, in the same order.
  ///   - store: where their predictions are.
  public init(
    _ rules: Rules, method: String, frames: [BenchmarkFrame], records: [FrameRecord<Rules.Score>],
    store: PredictionStore
  ) {
    precondition(frames.count == records.count, "report: \(frames.count) frames, \(records.count) records")
    self.rules = rules
    self.method = method
    self.frames = frames
    self.records = records
    self.store = store
  }

  /// Writes the file, a few frames in memory at a time.
  ///
  /// - Throws: ``FileError``: the report cannot be written, or a picture cannot be read.
  public func write(to path: String, progress: RunProgress = RunProgress()) throws(FileError) {
    var file = try AtomicFile(path, operation: "writing a report")
    let title = OrderedJSON.quoted("\(method) on \(rules.name.title)").dropFirst().dropLast()
    try file.append(
      Array(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title)</title>
        <style>\(ReportStyle.text)</style>
        </head>
        <body>
        \(ReportStyle.body)
        <script type="application/json" id="data">\(data.text)</script>

        """.utf8))
    let style: KITTIErrorImage = rules.name == .kitti2012 ? .gray2012 : .colours2015
    let chunk = max(parallel.threads * 2, 1)
    for start in stride(from: 0, to: frames.count, by: chunk) {
      let range = start..<min(start + chunk, frames.count)
      for text in try pictures(of: range, style: style) { try file.append(Array(text.utf8)) }
      try? progress.advance("pictures", Double(range.upperBound) / Double(frames.count))
    }
    try file.append(Array("<script>\(ReportScript.charts)\(ReportScript.page)</script>\n</body>\n</html>\n".utf8))
    try file.commit()
  }

  /// The inert scripts that hold the pictures of some frames.
  private func pictures(of range: Range<Int>, style: KITTIErrorImage) throws(FileError) -> [String] {
    let drawn = Mutex<[Int: Result<String, FileError>]>([:])
    parallel.bands(range.count) { band in
      let index = range.lowerBound + band
      let result = Result { () throws(FileError) in
        let pictures = try Thumbnails(of: frames[index], in: store, style: style).pictures
        let text = OrderedJSON.object(pictures.map { ($0.name, .string($0.address)) }).text
        return "<script type=\"application/json\" id=\"frame-\(index)\">\(text)</script>\n"
      }
      drawn.withLock { $0[index] = result }
    }
    var texts: [String] = []
    for index in range {
      if let result = drawn.withLock({ $0[index] }) { texts.append(try result.get()) }
    }
    return texts
  }

  /// Everything but the pictures.
  private var data: OrderedJSON {
    let scored = records.compactMap { record in record.score.map { ScoredFrame(name: record.name, score: $0) } }
    let columns = scored.first.map { rules.metrics(of: $0.score) } ?? []
    var distribution = ErrorDistribution()
    for one in records.compactMap(\.distribution) { distribution.add(one) }
    let curve = Sparsification(meanOf: records.compactMap(\.sparsification))
    return .object([
      ("method", .string(method)), ("settings", .string(settings)), ("benchmark", .string(rules.name.title)),
      ("columns", .array(columns.map { .object([("name", .string($0.name)), ("unit", .string($0.unit.rawValue))]) })),
      ("rows", .array(records.map(row))),
      ("summary", scored.isEmpty ? .null : rules.summary(of: scored)),
      ("edges", .array(ErrorDistribution.edges.map { .double(Double($0)) })),
      ("disparityStep", .double(Double(ErrorDistribution.disparityStep))),
      ("distribution", Self.json(distribution)),
      ("sparsification", curve.map(Self.json) ?? .null),
      ("comparison", .array(comparison.map { .string($0) })),
    ])
  }

  private func row(_ record: FrameRecord<Rules.Score>) -> OrderedJSON {
    .object([
      ("frame", .string(record.name)), ("seconds", .double(record.seconds)), ("width", .integer(record.width)),
      ("height", .integer(record.height)),
      ("values", .array((record.score.map { rules.metrics(of: $0) } ?? []).map { .number($0.value) })),
      ("area", .number(record.sparsification?.area)),
      ("sparsification", record.sparsification.map(Self.json) ?? .null),
    ])
  }

  private static func json(_ curve: Sparsification) -> OrderedJSON {
    .object([
      ("curve", .array(curve.curve.map { .double(rounded($0)) })),
      ("oracle", .array(curve.oracle.map { .double(rounded($0)) })), ("area", .double(curve.area)),
    ])
  }

  private static func json(_ distribution: ErrorDistribution) -> OrderedJSON {
    .object([
      ("histogram", .array(distribution.histogram.map { .integer($0) })), ("missing", .integer(distribution.missing)),
      ("pixels", .array(distribution.pixels.map { .integer($0) })),
      ("errorSums", .array(distribution.errorSums.map { .double(rounded($0)) })),
      ("outliers", .array(distribution.outliers.map { .integer($0) })),
    ])
  }

  /// Six digits after the point: more than a chart shows.
  private static func rounded(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
}
