import ArgumentParser
import StereoDepth

/// The files that `match` writes: an option for every kind of output that the library has, and how they are made.
struct OutputArguments: ParsableArguments {
  @OptionGroup var kinds: OutputKindArguments

  @Flag(help: "Draw a bar with the colours beside the preview, with their disparities.")
  var legend = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Values of the first and the last colour: pixels in a preview, metres in a depth preview. Default: those of nearly all pixels.",
      valueName: "a..b"))
  var previewRange: PreviewRange?

  @Flag(help: "Points also for filled pixels, which nobody has seen.")
  var withFilled = false

  @Option(help: ArgumentHelp("The least confidence of a point, 0…1.", valueName: "c"))
  var minConfidence: Float?

  @Option(help: ArgumentHelp("The greatest depth of a point, metres.", valueName: "metres"))
  var maxDepth: Float?

  @Option(help: ArgumentHelp("Where the files go if none is named; made if it is not there.", valueName: "directory"))
  var outputDirectory = "."

  func validate() throws {
    if let minConfidence, !(0...1).contains(minConfidence) {
      throw ValidationError("--min-confidence: expected 0 to 1, found \(minConfidence)")
    }
    if let maxDepth, !(maxDepth > 0) {
      throw ValidationError("--max-depth: expected a positive number of metres, found \(maxDepth)")
    }
  }

  /// The files to write; the contract's default set where none is named.
  ///
  /// - Parameters:
  ///   - calibration: what turns disparity into depth, if there is one.
  ///   - inputs: what is read, and its path: no output may replace one.
  /// - Throws: `StereoError.invalidOption(name:expected:found:)` for what cannot be written so.
  func files(calibration: StereoCalibration?, inputs: [(name: String, path: String)]) throws(StereoError)
    -> OutputFiles
  {
    var settings = OutputSettings(calibration: calibration)
    settings.hasLegend = legend
    settings.previewRange = previewRange?.values
    settings.points = PointSelection(
      withFilled: withFilled, minConfidence: minConfidence ?? 0, maxDepth: maxDepth ?? .infinity)
    var named = kinds.paths
    if named.isEmpty {
      let base = outputDirectory.hasSuffix("/") ? outputDirectory : outputDirectory + "/"
      named = [(.disparity, "disparity.png"), (.disparity, "disparity.pfm"), (.preview, "preview.png")]
      if calibration != nil { named.append((.depth, "depth.png")) }
      named = named.map { ($0.kind, outputDirectory == "." ? $0.path : base + $0.path) }
    }
    return try OutputFiles(named, settings: settings, inputs: inputs)
  }

  /// Makes what must be there before the files are written, and tells what could not be written.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  func prepare(_ files: OutputFiles) throws(FileError) {
    if kinds.paths.isEmpty && outputDirectory != "." { try makeDirectory(outputDirectory) }
    try files.prepare()
  }
}

/// `A..B`, the values of the first and the last colour.
struct PreviewRange: ExpressibleByArgument {
  /// The values.
  let values: ClosedRange<Float>

  init?(argument: String) {
    guard let dots = argument.firstRange(of: ".."), let least = Float(argument[..<dots.lowerBound]),
      let greatest = Float(argument[dots.upperBound...]), least.isFinite, greatest.isFinite, least < greatest
    else { return nil }
    values = least...greatest
  }
}
