import ArgumentParser
import StereoDepth

/// `stereodepth match`: one pair.
struct Match: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Match one rectified pair: disparity, depth, pictures.",
    discussion: """
      EXAMPLE
        stereodepth match left.png right.png --max-disparity 128 --focal-length 721.5 --baseline 0.54 --depth depth.png

      Without any output option it writes disparity.png, disparity.pfm, preview.png, and with a calibration depth.png,
      into --output-directory.
      """)

  @OptionGroup var images: ImageArguments

  @Option(help: "The method; see `stereodepth methods`.")
  var method = "sgm"

  @OptionGroup var matching: MatchingArguments
  @OptionGroup var calibrationArguments: CalibrationArguments
  @OptionGroup(title: "Outputs") var outputs: OutputArguments

  @Option(name: .customLong("repeat"), help: ArgumentHelp("Match so often and report the median time.", valueName: "n"))
  var repetitions = 1

  @Flag(help: "Print what the run would need, and do not run.")
  var dryRun = false

  @Option(help: ArgumentHelp("Refuse to run if the plan needs more memory.", valueName: "bytes"))
  var maxMemory: Int?

  @Flag(help: "Print one JSON object on standard output, and nothing else there.")
  var json = false

  @Flag(help: "Print errors only.")
  var quiet = false

  func validate() throws {
    if repetitions < 1 { throw ValidationError("--repeat: expected at least 1, found \(repetitions)") }
    if let maxMemory, maxMemory < 1 { throw ValidationError("--max-memory: expected at least 1, found \(maxMemory)") }
  }

  func run() throws {
    let clock = Stopwatch()
    let input = try MatchInput.read(images, calibration: calibrationArguments, parallel: matching.parallel)
    let size = input.pair.size
    let range = try matching.range(of: method, calibration: input.calibration)
    let files = try outputs.files(calibration: input.calibration, inputs: inputs)
    let matcher = try matching.matcher(method: method, range: range, rightMap: files.needsRightMap)
    if dryRun {
      let plan = try matcher.planOfProgram(for: size)
      return MatchReport.printPlan(plan, matcher: matcher, size: size, json: json)
    }
    if let maxMemory { try matcher.requirePlan(for: size, within: maxMemory) }
    try outputs.prepare(files)
    let loadSeconds = clock.lap()

    var result = StereoResult(size: size, range: range)
    let matchSeconds = try match(input.pair, with: matcher, into: &result)
    _ = clock.lap()

    var report = MatchReport(matcher: matcher, size: size, threads: matching.parallel.threads)
    report.notes = matcher.notes + input.pair.notes + input.notes
    report.warnings = input.pair.warnings + result.warnings + input.warnings
    report.add(try files.write(input.pair, result))
    report.outputs = files.pathsByKind
    report.measure(result)
    report.seconds = .init(load: loadSeconds, match: matchSeconds, write: clock.lap(), total: clock.total())
    if !quiet || json { report.print(json: json) }
  }

  /// What is read: no output may replace it.
  private var inputs: [(name: String, path: String)] {
    var files: [(name: String, path: String)] = []
    for (name, path) in images.files + [("file of weights", matching.weights)] {
      if let path { files.append((name, path)) }
    }
    for path in calibrationArguments.calibration + calibrationArguments.rigs.rig { files.append(("calibration", path)) }
    return files
  }

  /// Matches as often as asked; the median time of the engine alone, seconds.
  private func match(_ pair: borrowing RectifiedPair, with matcher: StereoMatcher, into result: inout StereoResult)
    throws
    -> Double
  {
    let (progress, bar) = ProgressBar.progress(label: method, quiet: quiet || json)
    defer { bar?.finish() }
    var times: [Double] = []
    for _ in 0..<repetitions {
      let clock = Stopwatch()
      try matcher.match(pair, into: &result, progress: progress)
      times.append(clock.lap())
    }
    times.sort()
    return times[times.count / 2]
  }
}
