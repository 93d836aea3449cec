import ArgumentParser
import Foundation
import StereoDepth

/// `stereodepth benchmark`: a method over a data set, then its score.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run methods over a data set in its official layout and score them; resumes where it was stopped.",
    discussion: """
      EXAMPLE
        stereodepth benchmark kitti2012 data/kitti2012 --method sgm --every 10 --report report.html

      Results are kept in --output-directory, one folder for each method; the same command goes on where it was stopped.
      Several --method are compared: one table, paired differences and their bootstrap intervals.
      """)

  @Argument(help: "The benchmark: \(BenchmarkName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var benchmark: BenchmarkName

  @Argument(help: "The data set's folder.")
  var root: String

  @Option(parsing: .singleValue, help: "A method; see `stereodepth methods`. Several times: methods are compared.")
  var method: [String] = ["sgm"]

  @OptionGroup var matching: MatchingArguments
  @OptionGroup(title: "Data set") var selection: BenchmarkSelection
  @OptionGroup(title: "Outputs") var outputs: BenchmarkOutputs

  @Option(
    help: ArgumentHelp(
      "Frames matched at the same time. Default: as threads and memory allow; times are then those of the shared machine.",
      valueName: "n"))
  var framesInParallel: Int?

  func validate() throws {
    if let framesInParallel, framesInParallel < 1 {
      throw ValidationError("--frames-in-parallel: expected at least 1, found \(framesInParallel)")
    }
    if outputs.submission != nil, !SubmissionArchive.benchmarks.contains(benchmark) {
      throw ValidationError("--submission: expected kitti2012 or kitti2015, found \(benchmark.rawValue)")
    }
    if outputs.submission != nil, method.count > 1 {
      throw ValidationError("--submission: expected one --method, found \(method.count)")
    }
    if Set(method).count < method.count { throw ValidationError("--method: the same method is named twice") }
  }

  func run() throws {
    LargeBlocks.giveBack()
    switch benchmark {
    case .kitti2012: try run(KITTI2012())
    case .kitti2015: try run(KITTI2015())
    case .middlebury: try run(Middlebury())
    case .eth3d: try run(ETH3D())
    case .sceneflow: try run(SceneFlow())
    }
  }

  private func run<Rules: EvaluationProtocol>(_ rules: Rules) throws {
    let frames = try selection.frames(of: benchmark, root: root)
    try outputs.checkWritable(methods: method)
    var runs: [FinishedRun<Rules>] = []
    for name in method { runs.append(try run(rules, method: name, frames: frames)) }
    let comparison = MethodComparison(rules, runs.map { ($0.method, $0.scored) })
    if let path = outputs.submission, let run = runs.first {
      try SubmissionArchive.write(
        to: path, for: benchmark,
        predictions: frames.map { ("\($0.fileName).png", run.store.prediction(of: $0)) })
    }
    if let path = outputs.report {
      for run in runs {
        let (progress, bar) = ProgressBar.progress(label: "report", quiet: outputs.quiet)
        var report = BenchmarkReport(
          rules, method: run.method, frames: frames, records: run.records, store: run.store)
        report.comparison = comparison.lines
        report.settings = run.settings
        report.parallel = matching.parallel
        try report.write(to: outputs.reportPath(path, method: run.method, of: runs.count), progress: progress)
        bar?.finish()
      }
    }
    print(
      outputs.json
        ? BenchmarkSummary(rules, runs, comparison).json.text : BenchmarkSummary(rules, runs, comparison).text)
  }

  /// Runs one method, or goes on with it.
  private func run<Rules: EvaluationProtocol>(
    _ rules: Rules, method: String, frames: [BenchmarkFrame]
  ) throws -> FinishedRun<Rules> {
    let directory = URL(filePath: outputs.outputDirectory).appending(path: "\(benchmark.rawValue)/\(method)")
    // The method is made once before anything is written: a wrong option must leave nothing behind.
    let size = try readImage(frames[0].left).size
    let matching = try arguments(for: method)
    let trial = try matching.matcher(method: method, range: matching.range(calibration: nil))
    let plan = WorkerPlan(
      threads: matching.parallel.threads, frames: frames.count, plan: try trial.plan(for: size),
      asked: framesInParallel)
    let store = try PredictionStore(
      directory.path(percentEncoded: false), benchmark: benchmark, identity: identity(of: method, preset: trial.preset))
    var run = BenchmarkRun(rules, frames: frames, store: store)
    run.workers = plan.workers
    var each = matching
    each.threads = plan.threadsEach
    let arguments = each
    let (progress, bar) = ProgressBar.progress(label: method, quiet: outputs.quiet)
    let records = try run.records(progress: progress) { calibration in
      try arguments.matcher(method: method, range: arguments.range(calibration: calibration))
    }
    bar?.finish()
    return FinishedRun(
      method: method, settings: settings(preset: trial.preset).joined(separator: ", "), records: records, store: store)
  }

  /// The options for one method: where several are compared, weights and candidates go to those that have use for them.
  private func arguments(for name: String) throws -> MatchingArguments {
    var arguments = matching
    guard method.count > 1 else { return arguments }
    let description = try MethodRegistry.method(named: name)
    if description.weights == .none { arguments.weights = nil }
    if !description.takesCandidates { arguments.candidates = nil }
    return arguments
  }

  /// Everything that a stored result depends on.
  private func identity(of method: String, preset: String) -> String {
    let folder = URL(filePath: root).standardizedFileURL.path(percentEncoded: false)
    return (["benchmark \(benchmark.rawValue)", "root \(folder)", "method \(method)"] + settings(preset: preset))
      .joined(separator: ", ")
  }

  /// The options that change a result.
  private func settings(preset: String) -> [String] {
    var parts = [
      "preset \(preset)", "min-disparity \(matching.minDisparity)",
      "max-disparity \(matching.maxDisparity.map(String.init) ?? "of the calibration, else 192")",
      matching.fill ? "fill" : "no-fill",
    ]
    if selection.colour { parts.append("colour") }
    if let scale = selection.groundTruthScale { parts.append("ground-truth-scale \(scale)") }
    if let weights = matching.weights { parts.append("weights \(weights)") }
    if let candidates = matching.candidates { parts.append("candidates \(candidates)") }
    return parts + matching.settings.sorted().map { "set \($0)" }
  }
}

extension DatasetSplit: ExpressibleByArgument {}
extension StereoMatcher: StereoMethod {}
