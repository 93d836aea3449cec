import ArgumentParser
import StereoDepth

/// Which frames of a data set `benchmark` runs.
struct BenchmarkSelection: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Frames by number or name, such as 0-9,17,Piano. Default: all.", valueName: "a-b,c,…"))
  var frames: String?

  @Option(help: ArgumentHelp("Every n-th frame only.", valueName: "n"))
  var every: Int?

  @Option(help: "training (with truth) or testing (for a submission).")
  var split = DatasetSplit.training

  @Flag(help: "KITTI 2012: use the colour images, which must be there.")
  var colour = false

  @Option(
    help: ArgumentHelp(
      "Code units of one pixel in whole-number ground truth. Default: what the layout tells.", valueName: "s"))
  var groundTruthScale: Double?

  func validate() throws {
    if let every, every < 1 { throw ValidationError("--every: expected at least 1, found \(every)") }
    if every != nil && frames != nil { throw ValidationError("--frames and --every: give one of them") }
    if let frames, FrameSelection(list: frames) == nil {
      throw ValidationError("--frames: expected A-B,C,… with A ≤ B, found \(frames)")
    }
    if let groundTruthScale, !(groundTruthScale.isFinite && groundTruthScale > 0) {
      throw ValidationError("--ground-truth-scale: expected a positive number, found \(groundTruthScale)")
    }
  }

  /// The options that change what a frame is.
  var settings: [String] {
    (colour ? ["colour"] : []) + (groundTruthScale.map { ["ground-truth-scale \($0)"] } ?? [])
  }

  /// The chosen frames of the data set.
  ///
  /// - Throws: ``FileError`` if the data set has no frames; ``Failure`` if a chosen one does not exist.
  func frames(of benchmark: BenchmarkName, root: String) throws -> [BenchmarkFrame] {
    var walker = DatasetWalker(benchmark, root: root)
    walker.split = split
    walker.colour = colour
    walker.scale = groundTruthScale
    let all = try walker.frames()
    let choice = every.map { FrameSelection.every($0) } ?? frames.flatMap { FrameSelection(list: $0) } ?? .all
    let chosen = choice.chosen(from: all)
    guard chosen.unused.isEmpty else {
      throw Failure(
        .usage,
        "--frames: \(root) has no frame \(chosen.unused.joined(separator: ", ")); it has \(all.count), from \(all[0].name) to \(all[all.count - 1].name)"
      )
    }
    return chosen.frames
  }
}
