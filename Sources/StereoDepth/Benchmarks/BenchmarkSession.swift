import ImageFiles
public import Kernels
public import StereoCore
public import StereoEvaluation
import StereoMatching

/// Runs entries over the frames of a data set, one after another, and keeps what they gave.
public struct BenchmarkSession<Rules: EvaluationProtocol>: Sendable {
  /// The benchmark.
  public let rules: Rules
  /// The frames.
  public let frames: [BenchmarkFrame]
  /// The data set's folder, and how its frames were read (`colour`, …): results of others are not mixed with these.
  public let dataSet: [String]
  /// Where results are kept: `DIRECTORY/BENCHMARK/ENTRY`.
  public let directory: String
  /// Threads in all.
  public var parallel = Parallel()
  /// Frames at the same time; `nil`: as threads and memory allow.
  public var framesInParallel: Int?

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - frames: the frames, at least one.
  ///   - dataSet: the folder, and how frames were read.
  ///   - directory: where results are kept.
  public init(_ rules: Rules, frames: [BenchmarkFrame], dataSet: [String], directory: String) {
    precondition(!frames.isEmpty, "a benchmark without frames")
    self.rules = rules
    self.frames = frames
    self.dataSet = dataSet
    self.directory = directory
  }

  /// Runs one entry, or goes on with it.
  ///
  /// - Parameters:
  ///   - entry: what is run.
  ///   - progress: told the share of finished frames.
  /// - Throws: `StereoError` for options, before anything is written; `FileError`, `WeightError`.
  public func run(_ entry: BenchmarkEntry, progress: RunProgress = RunProgress()) throws -> FinishedRun<Rules> {
    switch entry.source {
    case .method(let choice): try run(choice, entry, progress)
    case .maps(let folder): try score(folder, entry, progress)
    }
  }

  private func run(_ choice: MethodChoice, _ entry: BenchmarkEntry, _ progress: RunProgress) throws
    -> FinishedRun<Rules>
  {
    // The method is made once before anything is written: a wrong option must leave nothing behind.
    let greatest = try greatestFrame(choice)
    let options = MatchingOptions(parallel: parallel)
    let trial = try choice.matcher(over: greatest.range, options: options)
    let plan = WorkerPlan(
      threads: parallel.threads, frames: frames.count, plan: try trial.plan(for: greatest.size), asked: framesInParallel
    )
    let parts = choice.parts(preset: trial.preset)
    let store = try PredictionStore(
      path(of: entry), benchmark: rules.name,
      identity: identity(["method \(choice.method)"] + parts))
    var run = BenchmarkRun(rules, frames: frames, store: store)
    run.workers = plan.workers
    let each = MatchingOptions(parallel: Parallel(threads: plan.threadsEach))
    let records = try run.records(progress: progress) { calibration in
      try choice.matcher(over: choice.range(for: calibration), options: each)
    }
    return FinishedRun(
      label: entry.label, settings: parts.joined(separator: ", "), records: records, store: store,
      warnings: trainingWarnings(trial.weights), isTimed: true)
  }

  private func score(_ folder: String, _ entry: BenchmarkEntry, _ progress: RunProgress) throws -> FinishedRun<Rules> {
    let maps = try MapFolder(folder, for: frames)
    let store = try PredictionStore(
      path(of: entry), benchmark: rules.name, identity: identity(["maps \(realPath(folder))"]), predictions: .pfm)
    var run = BenchmarkRun(rules, frames: frames, store: store)
    run.workers = framesInParallel ?? parallel.threads
    return FinishedRun(
      label: entry.label, settings: "maps of \(folder)", records: try run.records(of: maps, progress: progress),
      store: store, warnings: [], isTimed: false)
  }

  /// The greatest image, by pixels, and the greatest range of any frame: no frame needs more than both together.
  package func greatestFrame(_ choice: MethodChoice) throws -> (size: PixelSize, range: DisparityRange) {
    var size = try readImageSize(frames[0].left)
    var range = try choice.range(for: frames[0].calibration.map { try readCalibration($0) })
    for frame in frames.dropFirst() {
      let next = try readImageSize(frame.left)
      if next.width * next.height > size.width * size.height { size = next }
      guard choice.maxDisparity == nil, let path = frame.calibration else { continue }
      let other = try choice.range(for: readCalibration(path))
      if other.count > range.count { range = other }
    }
    return (size, range)
  }

  /// What is to be said of frames that the weights have seen.
  private func trainingWarnings(_ weights: [WeightOrigin]) -> [String] {
    weights.compactMap { origin in
      let seen = origin.trainingData.seen(of: frames.map(\.name), in: rules.name)
      guard let first = seen.first else { return nil }
      return "\(seen.count) of \(frames.count) frames, such as \(first), were in the training data of \(origin.path) "
        + "(\(origin.trainingData.text)): they are no test of it"
    }
  }

  private func path(of entry: BenchmarkEntry) -> String { "\(directory)/\(rules.name.rawValue)/\(entry.folderName)" }

  /// Everything that a stored result depends on.
  private func identity(_ parts: [String]) -> String {
    (["benchmark \(rules.name.rawValue)"] + dataSet + parts).joined(separator: ", ")
  }
}
