import ArgumentParser
import StereoDepth

/// The options that choose a method and how it runs; shared by `match` and `benchmark`.
struct MatchingArguments: ParsableArguments {
  @Option(help: "The preset of the method; `raw` is the method alone. See `stereodepth methods`.")
  var preset: String?

  @Option(help: ArgumentHelp("Weights of a learned method (safetensors or a published checkpoint).", valueName: "file"))
  var weights: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Least disparity that is searched, pixels.", valueName: "pixels"))
  var minDisparity = 0

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "One more than the greatest disparity that is searched, pixels. Default: the calibration's ndisp, else the method's, for most \(MethodDescription.standardRange.upperBound).",
      valueName: "pixels"))
  var maxDisparity: Int?

  @Flag(inversion: .prefixedNo, help: "Interpolate pixels that failed a check; otherwise they stay invalid.")
  var fill = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Disparities per pixel that an expensive cost is computed for, or `all`. Default: what the preset says.",
      valueName: "k"))
  var candidates: CandidateCount?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A convention of a checkpoint or a parameter of a method.", valueName: "key=value"))
  var settings: [String] = []

  @Option(help: ArgumentHelp("Threads to use. Default: one a core.", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
    if case .least(let count) = candidates, count < 1 {
      throw ValidationError("--candidates: expected at least 1, or all, found \(count)")
    }
    _ = try settingsByKey(settings)
  }

  /// These options as a benchmark's entry takes them.
  func choice() throws -> MethodChoice {
    var choice = MethodChoice()
    (choice.preset, choice.minDisparity, choice.maxDisparity) = (preset, minDisparity, maxDisparity)
    (choice.fill, choice.weights, choice.candidates) = (fill, weights, candidates)
    choice.settings = try settingsByKey(settings)
    return choice
  }

  /// The threads to use.
  var parallel: Parallel { Parallel(threads: threads) }

  /// How to run: threads, filling, and whether the right image's map is wanted.
  func options(rightMap: Bool) -> MatchingOptions {
    MatchingOptions(parallel: parallel, fill: fill, rightMap: rightMap)
  }

  /// The range that is searched: from the options, else the calibration's, else the method's default.
  ///
  /// - Throws: ``StereoError/invalidRange(minimum:maximum:reason:)``, ``StereoError/unknownMethod(name:known:)``.
  func range(of method: String, calibration: StereoCalibration?) throws(StereoError) -> DisparityRange {
    let standard = try MethodRegistry.method(named: method).defaultRange.upperBound
    return try DisparityRange(minDisparity, upTo: maxDisparity ?? calibration?.disparityCount ?? standard)
  }

  /// A matcher for `method`; one that cannot give a right map that is wanted is refused.
  func matcher(method: String, range: DisparityRange, rightMap: Bool = false) throws -> StereoMatcher {
    try StereoMatcher(
      MethodRequest(
        method: method, preset: preset, range: range, options: options(rightMap: rightMap), weights: weights,
        settings: settingsByKey(settings), candidates: candidates, needs: rightMap ? [.rightMap] : []))
  }
}

extension CandidateCount: ExpressibleByArgument {
  /// A number, or `all`.
  public init?(argument: String) {
    if let count = Int(argument), count < 1 { self = .least(count) } else { self.init(saying: argument) }
  }
}
