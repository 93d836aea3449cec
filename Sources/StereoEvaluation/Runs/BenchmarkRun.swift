import ImageFiles
import Kernels
public import StereoCore
import Synchronization
import Tensors

/// Runs a method over the frames of a data set, scores it, and keeps everything in a ``PredictionStore``.
///
/// Goals: the result depends on the frames and the method only, not on how often the run was stopped or how many frames
/// ran at once; a stopped run repeats at most the frames in work. What is scored is the stored file, as the server would
/// read it, not the map in memory.
public struct BenchmarkRun<Rules: EvaluationProtocol>: Sendable {
  /// Makes a matcher for a frame's calibration; called once for each worker and range.
  public typealias MatcherFactory = @Sendable (_ calibration: StereoCalibration?) throws -> any StereoMethod

  /// The benchmark.
  public let rules: Rules
  /// The frames.
  public let frames: [BenchmarkFrame]
  /// Where results are kept.
  public let store: PredictionStore
  /// Frames at the same time.
  public var workers = 1

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - frames: the frames.
  ///   - store: where results are kept.
  public init(_ rules: Rules, frames: [BenchmarkFrame], store: PredictionStore) {
    self.rules = rules
    self.frames = frames
    self.store = store
  }

  /// What went on while the run lasted.
  private struct State {
    var records: [Int: FrameRecord<Rules.Score>] = [:]
    var failure: (any Error)?
  }

  /// Runs every frame that is not done yet.
  ///
  /// - Parameters:
  ///   - progress: told the share that is finished of the frames that were not done yet; a cancelled run ends after the
  ///     frames in work.
  ///   - makeMatcher: makes the method, once for each worker and range of disparities.
  /// - Returns: the records of all frames, in order.
  /// - Throws: the first error of a frame (``FileError``, ``StereoError`` and what the method's making throws); finished
  ///   frames stay stored.
  public func records(progress: RunProgress = RunProgress(), makeMatcher: @escaping MatcherFactory) throws
    -> [FrameRecord<Rules.Score>]
  {
    try records(from: .matcher(makeMatcher), progress: progress)
  }

  /// Scores the maps of others and keeps copies, so that pages and comparisons find them; every time anew, as maps may change.
  ///
  /// - Throws: the first error of a frame.
  public func records(of maps: MapFolder, progress: RunProgress = RunProgress()) throws -> [FrameRecord<Rules.Score>] {
    try records(from: .maps(maps.paths), progress: progress)
  }

  private func records(from source: FrameSource, progress: RunProgress) throws -> [FrameRecord<Rules.Score>] {
    var initial = State()
    let keeps = if case .matcher = source { true } else { false }
    for (index, frame) in frames.enumerated() where keeps {
      if let record = store.record(of: frame, as: Rules.Score.self) { initial.records[index] = record }
    }
    let open = frames.indices.filter { initial.records[$0] == nil }
    let state = Mutex(initial)
    let next = Atomic<Int>(0)
    // One band is one worker with its own matcher; it takes frames until none is left.
    Parallel(threads: workers).bands(min(workers, open.count)) { _ in
      var worker = FrameWorker(rules: rules, store: store, source: source)
      while true {
        let position = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if position >= open.count || state.withLock({ $0.failure != nil }) { return }
        let index = open[position]
        do {
          let record = try worker.run(frames[index], number: index, progress: progress)
          let done = state.withLock { state in
            state.records[index] = record
            return state.records.count
          }
          let share = Double(open.count - (frames.count - done)) / Double(open.count)
          try progress.advance("\(done) of \(frames.count)  \(frames[index].name)", share)
        } catch {
          state.withLock { if $0.failure == nil { $0.failure = error } }
        }
      }
    }
    let final = state.withLock { $0 }
    if let failure = final.failure { throw failure }
    return frames.indices.compactMap { final.records[$0] }
  }
}

/// Where the estimates of a run come from.
private enum FrameSource: Sendable {
  /// A matcher, made for a frame's calibration.
  case matcher(@Sendable (_ calibration: StereoCalibration?) throws -> any StereoMethod)
  /// A map for every frame.
  case maps([String])
}

/// One worker of a run: a matcher with its memory, used for frame after frame.
private struct FrameWorker<Rules: EvaluationProtocol>: ~Copyable {
  let rules: Rules
  let store: PredictionStore
  let source: FrameSource
  private var matchers: [String: any StereoMethod] = [:]

  init(rules: Rules, store: PredictionStore, source: FrameSource) {
    self.rules = rules
    self.store = store
    self.source = source
  }

  /// Matches or reads, stores and scores one frame.
  mutating func run(_ frame: BenchmarkFrame, number: Int, progress: RunProgress) throws -> FrameRecord<Rules.Score> {
    switch source {
    case .matcher(let makeMatcher): try match(frame, progress: progress, makeMatcher)
    case .maps(let paths): try copy(paths[number], of: frame)
    }
  }

  /// Takes a map as it is: without a time, and without a confidence.
  private func copy(_ path: String, of frame: BenchmarkFrame) throws -> FrameRecord<Rules.Score> {
    let map = try DisparityFiles.read(path, what: "reading an estimate")
    let validity = Plane<Validity>(width: map.width, height: map.height, repeating: [])
    let (width, height) = (map.width, map.height)
    let warning = try store.write(
      DisparityMap(disparities: map, validity: validity, range: DisparityRange(0..<1)), of: frame)
    let unknown = ConfidenceMap(values: Plane(width: width, height: height, repeating: 0))
    let score = try frame.truth.map { try self.score($0, of: frame, confidence: unknown) }
    let record = FrameRecord(
      name: frame.name, seconds: 0, width: width, height: height, score: score?.score,
      distribution: score?.distribution, sparsification: nil, warnings: warning.map { [$0] } ?? [])
    try store.finish(frame, record)
    return record
  }

  private mutating func match(
    _ frame: BenchmarkFrame, progress: RunProgress, _ makeMatcher: BenchmarkRun<Rules>.MatcherFactory
  ) throws -> FrameRecord<Rules.Score> {
    let pair = try RectifiedPair(left: readImage(frame.left), right: readImage(frame.right))
    let calibration: StereoCalibration? =
      if let path = frame.calibration { try readCalibration(path) } else { nil }
    let matcher = try matcher(for: calibration, makeMatcher)
    var result = StereoResult(size: pair.size, range: matcher.range)
    let start = ContinuousClock.now
    try matcher.match(pair, into: &result, progress: RunProgress())
    let time = start.duration(to: .now).components
    if progress.isCancelled { throw StereoError.cancelled }
    var warnings = pair.warnings + result.warnings
    if let warning = try store.write(result.left, of: frame) { warnings.append(warning) }
    try store.write(result.confidence, of: frame)
    let score = try frame.truth.map { try self.score($0, of: frame, confidence: result.confidence) }
    let record = FrameRecord(
      name: frame.name, seconds: Double(time.seconds) + Double(time.attoseconds) * 1e-18, width: pair.size.width,
      height: pair.size.height, score: score?.score, distribution: score?.distribution,
      sparsification: score?.sparsification, warnings: warnings)
    try store.finish(frame, record)
    return record
  }

  private typealias Scored = (score: Rules.Score, distribution: ErrorDistribution?, sparsification: Sparsification?)

  private func score(
    _ files: TruthFiles, of frame: BenchmarkFrame, confidence: borrowing ConfidenceMap
  ) throws(FileError) -> Scored {
    let truth = try files.read()
    let estimate = try DisparityFiles.read(store.prediction(of: frame))
    let sizes = (truth: (truth.width, truth.height), estimate: (estimate.width, estimate.height))
    guard rules.accepts(estimate: sizes.estimate, for: sizes.truth) else {
      throw .invalid(
        path: files.disparities, operation: "scoring \(frame.name)",
        expected: "\(estimate.width)×\(estimate.height) pixels as the image has",
        found: "\(truth.width)×\(truth.height)")
    }
    let score = rules.score(estimate, against: truth)
    guard sizes.truth == sizes.estimate else { return (score, nil, nil) }
    return switch truth.withOccluded {
    case .some(let all): Self.statistics(score, estimate, all, confidence)
    case .none: Self.statistics(score, estimate, truth.disparities, confidence)
    }
  }

  private static func statistics(
    _ score: Rules.Score, _ estimate: borrowing Plane<Float>, _ truth: borrowing Plane<Float>,
    _ confidence: borrowing ConfidenceMap
  ) -> Scored {
    (
      score, ErrorDistribution(of: estimate, truth: truth),
      Sparsification(of: estimate, truth: truth, confidence: confidence.values)
    )
  }

  private mutating func matcher(
    for calibration: StereoCalibration?, _ makeMatcher: BenchmarkRun<Rules>.MatcherFactory
  ) throws -> any StereoMethod {
    let key = calibration?.disparityCount.map(String.init) ?? ""
    if let matcher = matchers[key] { return matcher }
    let matcher = try makeMatcher(calibration)
    matchers[key] = matcher
    return matcher
  }
}
