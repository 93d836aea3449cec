import ArgumentParser
import Foundation
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

  @Argument(help: "The left image (PNG, JPEG, PGM, PPM), the reference.")
  var left: String

  @Argument(help: "The right image, of the same size.")
  var right: String

  @Option(help: "The method; see `stereodepth methods`.")
  var method = "sgm"

  @Option(help: ArgumentHelp("A picture that is 0 where the left image holds no image.", valueName: "file"))
  var mask: String?

  @Option(help: ArgumentHelp("A picture that is 0 where the right image holds no image.", valueName: "file"))
  var rightMask: String?

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
    let calibration = try calibrationArguments.read()
    let range = try matching.range(calibration: calibration)
    let files = try outputs.files(hasCalibration: calibration != nil)
    let pair = try readPair()
    let matcher = try matching.matcher(method: method, range: range, rightMap: outputs.rightDisparity != nil)
    let plan = try matcher.plan(for: pair.size).adding(bytes: MemoryAdvice.programBytes)
    if dryRun { return try MatchReport.printPlan(plan, matcher: matcher, size: pair.size, json: json) }
    try refuseAbove(plan, matcher: matcher, size: pair.size)
    try OutputArguments.checkWritable(files)
    let loadSeconds = clock.lap()

    var result = StereoResult(size: pair.size, range: range)
    let matchSeconds = try match(pair, with: matcher, into: &result)
    _ = clock.lap()

    var report = MatchReport(matcher: matcher, size: pair.size, threads: matching.parallel.threads)
    report.notes = pair.notes
    report.warnings = pair.warnings + result.warnings
    if let warning = calibrationArguments.warning(calibration, for: pair.size) { report.warnings.append(warning) }
    let writer = MatchWriter(calibration: calibration, legend: outputs.legend)
    for file in files {
      report.warnings += try writer.write(file.kind, to: file.path, pair: pair, result: result)
      report.add(file.kind, file.path)
    }
    report.measure(result)
    report.seconds = .init(load: loadSeconds, match: matchSeconds, write: clock.lap(), total: clock.total())
    if !quiet || json { try report.print(json: json) }
  }

  /// Reads both images and their masks; an error about them together names all files.
  private func readPair() throws -> RectifiedPair {
    let leftImage = try readImage(left)
    let rightImage = try readImage(right)
    do {
      return try RectifiedPair(
        left: leftImage, right: rightImage, leftMask: mask.map(readMask), rightMask: rightMask.map(readMask))
    } catch let error as StereoError {
      throw Failure(.data, "\(([left, right] + [mask, rightMask].compactMap { $0 }).joined(separator: ", ")): \(error)")
    }
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

  /// Refuses a plan above `--max-memory`, with what would fit.
  private func refuseAbove(_ plan: RunPlan, matcher: StereoMatcher, size: PixelSize) throws {
    guard let maxMemory, plan.peakBytes > maxMemory else { return }
    let advice = MemoryAdvice(limit: maxMemory, range: matcher.range, size: size, plan: plan)
    let hint = try advice.hint(
      range: { range in try? matching.matcher(method: method, range: range).plan(for: size) },
      image: { size in try? matcher.plan(for: size) })
    throw StereoError.memoryLimit(planned: plan.peakBytes, limit: maxMemory, hint: hint)
  }
}
