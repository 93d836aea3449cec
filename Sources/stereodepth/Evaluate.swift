import ArgumentParser
import StereoDepth

/// `stereodepth evaluate`: disparities in files against ground truth, by the rules of a benchmark.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score disparity maps as a benchmark's official tool does.",
    discussion: """
      EXAMPLE
        stereodepth evaluate disparity/ kitti2012/training/disp_noc --protocol kitti2012 \\
          --ground-truth-occluded kitti2012/training/disp_occ

      Estimates and truths are two files, or two directories matched by name. Disparities are read from KITTI PNG (16 bits),
      PFM, NPY, NPZ, FLO and TIFF (reals); ground truth also from PNG, PGM and TIFF with --ground-truth-scale.
      """)

  @Argument(help: "The estimate, or a directory of estimates.")
  var prediction: String

  @Argument(help: "The true disparities, or a directory of them; the non-occluded ones where there are two maps.")
  var groundTruth: String

  @Option(
    name: .customLong("protocol"),
    help: "The benchmark: \(BenchmarkName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var benchmark: BenchmarkName

  @Option(help: ArgumentHelp("True disparities that include occluded pixels.", valueName: "path"))
  var groundTruthOccluded: String?

  @Option(help: ArgumentHelp("KITTI 2015's object maps: 0 background, more foreground.", valueName: "path"))
  var objectMap: String?

  @Option(help: ArgumentHelp("Masks of Middlebury and ETH3D: 255 is non-occluded.", valueName: "path"))
  var mask: String?

  @Option(
    help: ArgumentHelp(
      "Code units of one pixel in whole-number ground truth, such as 4 for Middlebury 2003.", valueName: "s"))
  var groundTruthScale: Double?

  @Option(help: ArgumentHelp("Where the error image goes; a directory for several frames.", valueName: "path"))
  var errorImage: String?

  @Option(help: "Error images as KITTI 2012 (gray) or 2015 (colours) draws them. Default: gray for kitti2012.")
  var errorImageStyle: KITTIErrorImage?

  @Flag(help: "Score the frames that both sides have and that can be read, and tell the others.")
  var allowMissing = false

  @Option(help: ArgumentHelp("Frames at the same time. Default: one a core.", valueName: "n"))
  var threads: Int?

  @Flag(help: "Print every number of the benchmark's table, not only those that people quote.")
  var all = false

  @Flag(help: "Print one JSON object on standard output, and nothing else there.")
  var json = false

  @Flag(help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if let groundTruthScale, !(groundTruthScale.isFinite && groundTruthScale > 0) {
      throw ValidationError("--ground-truth-scale: expected a positive number, found \(groundTruthScale)")
    }
    if let threads, threads < 1 || threads > 1024 {
      throw ValidationError("--threads: expected 1 to 1024, found \(threads)")
    }
  }

  func run() throws {
    LargeBlocks.giveBack()
    switch benchmark {
    case .kitti2012: try evaluate(KITTI2012())
    case .kitti2015: try evaluate(KITTI2015())
    case .middlebury: try evaluate(Middlebury())
    case .eth3d: try evaluate(ETH3D())
    case .sceneflow: try evaluate(SceneFlow())
    }
  }

  private func evaluate<Rules: EvaluationProtocol>(_ rules: Rules) throws {
    var pairing = FramePairing(estimates: prediction, truths: groundTruth)
    (pairing.occluded, pairing.objects, pairing.masks) = (groundTruthOccluded, objectMap, mask)
    pairing.scale = groundTruthScale
    pairing.allowsMissing = allowMissing
    pairing.readsCalibration = benchmark == .middlebury || benchmark == .eth3d
    let matched = try pairing.match()
    if let errorImage, matched.frames.count == 1 {
      let truth = matched.frames[0].truth
      let inputs = [
        ("estimate", matched.frames[0].estimate), ("truth", truth.disparities), ("truth", truth.withOccluded),
        ("object map", truth.objects), ("mask", truth.mask),
      ]
      try refuseConflicts(
        outputs: [("--error-image", errorImage)], inputs: inputs.compactMap { input in input.1.map { (input.0, $0) } })
    } else if let errorImage {
      try refuseConflicts(
        outputs: [("--error-image", errorImage)],
        inputs: [("folder of estimates", prediction), ("folder of truths", groundTruth)])
    }

    var run = EvaluationRun(rules, parallel: Parallel(threads: threads))
    run.allowsMissing = allowMissing
    run.errorImages = errorImage
    run.errorImageStyle = errorImageStyle ?? (benchmark == .kitti2012 ? .gray2012 : .colours2015)
    let (progress, bar) = ProgressBar.progress(label: "evaluate", quiet: quiet)
    let result = try run.scores(of: matched.frames, progress: progress)
    bar?.finish()

    let omissions = Omissions(
      withoutEstimate: matched.withoutEstimate, withoutTruth: matched.withoutTruth,
      failures: result.failures.map { ($0.name, $0.error.description) }, scored: result.frames.count)
    let table = omissions.added(to: rules.report(of: result.frames))
    if json {
      print(table.text)
    } else {
      let title = rules.name.title
      print(
        all
          ? ScoreTable(title: title, of: table).text
          : ScoreOverview(title: title, of: table, rows: rules.overview).text)
      for line in omissions.lines { StandardError.write("\(line)\n") }
    }
  }
}

extension BenchmarkName: ExpressibleByArgument {}
extension KITTIErrorImage: ExpressibleByArgument {}
