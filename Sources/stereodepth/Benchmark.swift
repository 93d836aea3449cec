import ArgumentParser
import StereoDepth

/// `stereodepth benchmark`: methods over a data set, then their scores.
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run methods over a data set in its official layout and score them; resumes where it was stopped.",
    discussion: """
      EXAMPLE
        stereodepth benchmark kitti2012 data/kitti2012 --method sgm --every 10 --report report.html
        stereodepth benchmark kitti2012 data/kitti2012 --run sgm:quality --run sgm:realtime --run maps:other/maps

      Results are kept in --output-directory, one folder for each run; the same command goes on where it was stopped.
      Several runs are compared: a table, paired differences with bootstrap intervals, and one page to look at.
      """)

  @Argument(help: "The benchmark: \(BenchmarkName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var benchmark: BenchmarkName

  @Argument(help: "The data set's folder.")
  var root: String

  @Option(parsing: .singleValue, help: "A method; see `stereodepth methods`. Several times: methods are compared.")
  var method: [String] = []

  @Option(
    name: .customLong("run"), parsing: .singleValue,
    help: ArgumentHelp(
      "What is compared: a method with a preset and options of its own, or maps:FOLDER for maps of others. Repeatable.",
      valueName: "method[:preset][:key=value…]"))
  var namedRuns: [String] = []

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
    if outputs.submission != nil {
      if !SubmissionArchive.benchmarks.contains(benchmark) {
        throw ValidationError("--submission: expected kitti2012 or kitti2015, found \(benchmark.rawValue)")
      }
      if method.count + namedRuns.count > 1 {
        throw ValidationError("--submission: expected one --method or --run, found \(method.count + namedRuns.count)")
      }
      if selection.split == .training {
        throw ValidationError("--submission: expected --split testing: the server takes no training frames")
      }
    }
    if Set(method + namedRuns).count < method.count + namedRuns.count {
      throw ValidationError("--method, --run: the same is named twice")
    }
  }

  func run() throws {
    LargeBlocks.giveBack()
    switch benchmark {
    case .kitti2012: try compare(KITTI2012())
    case .kitti2015: try compare(KITTI2015())
    case .middlebury: try compare(Middlebury())
    case .eth3d: try compare(ETH3D())
    case .sceneflow: try compare(SceneFlow())
    }
  }

  /// What is run: the methods and runs that were named, else `sgm`.
  private func entries() throws -> [BenchmarkEntry] {
    let defaults = try matching.choice()
    let isAlone = method.count + namedRuns.count <= 1
    let methods = try (method.isEmpty && namedRuns.isEmpty ? ["sgm"] : method).map { name in
      var choice = defaults
      choice.method = name
      if !isAlone { choice = try choice.fitted() }
      return BenchmarkEntry(name, .method(choice))
    }
    return try methods + namedRuns.map { try BenchmarkEntry(parsing: $0, defaults: defaults) }
  }

  private func compare<Rules: EvaluationProtocol>(_ rules: Rules) throws {
    let frames = try selection.frames(of: benchmark, root: root)
    if outputs.submission != nil, let frame = frames.first(where: { $0.truth != nil }) {
      throw Failure(.usage, "--submission: expected frames without truth, found \(frame.name): it is a training frame")
    }
    let entries = try entries()
    try outputs.checkWritable(labels: entries.map(\.label))
    var session = BenchmarkSession(
      rules, frames: frames, dataSet: ["root \(realPath(root))"] + selection.settings,
      directory: outputs.outputDirectory)
    session.parallel = matching.parallel
    session.framesInParallel = framesInParallel
    var runs: [FinishedRun<Rules>] = []
    for entry in entries {
      let (progress, bar) = ProgressBar.progress(label: entry.label, quiet: outputs.quiet)
      defer { bar?.finish() }
      let finished = try session.run(entry, progress: progress)
      for warning in finished.warnings { StandardError.write("stereodepth: warning: \(entry.label): \(warning)\n") }
      runs.append(finished)
    }
    if let path = outputs.submission, let run = runs.first {
      try SubmissionArchive.write(
        to: path, for: benchmark,
        predictions: frames.map { ("\($0.fileName).png", run.store.prediction(of: $0)) })
    }
    let summary = BenchmarkSummary(rules, runs)
    let page = try writePages(rules, frames: frames, runs: runs, lines: summary.comparisonLines)
    print(outputs.json ? summary.json(page: page).text : summary.text)
    if let page, !outputs.json { print("\nCompared in \(page)") }
  }

  /// A page for every run, where a report is wanted, and one that compares them, where there are several.
  ///
  /// - Returns: the path of the page that compares them.
  private func writePages<Rules: EvaluationProtocol>(
    _ rules: Rules, frames: [BenchmarkFrame], runs: [FinishedRun<Rules>], lines: [String]
  ) throws -> String? {
    if let path = outputs.report {
      for run in runs {
        let (progress, bar) = ProgressBar.progress(label: "report", quiet: outputs.quiet)
        defer { bar?.finish() }
        var report = BenchmarkReport(rules, method: run.label, frames: frames, records: run.records, store: run.store)
        report.comparison = lines
        report.settings = run.settings
        report.parallel = matching.parallel
        try report.write(to: outputs.reportPath(path, label: run.label, of: runs.count), progress: progress)
      }
    }
    guard runs.count > 1 else { return nil }
    let path = outputs.report ?? "\(outputs.outputDirectory)/\(benchmark.rawValue)/comparison.html"
    let (progress, bar) = ProgressBar.progress(label: "comparison", quiet: outputs.quiet)
    defer { bar?.finish() }
    var page = ComparisonPage(rules, frames: frames, runs: runs.map(\.compared), lines: lines)
    page.parallel = matching.parallel
    try page.write(to: path, progress: progress)
    return path
  }
}

extension DatasetSplit: ExpressibleByArgument {}
