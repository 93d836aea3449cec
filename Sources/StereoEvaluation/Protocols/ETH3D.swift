public import Files
public import Tensors

/// ETH3D two-view stereo: Middlebury's measures as plain means over the frames; the headline is bad 1.0 of *nonocc*.
///
/// Source: Schöps et al., *A multi-view stereo benchmark with high-resolution images and multi-camera videos*, CVPR 2017;
/// eth3d.net/documentation.
public struct ETH3D: EvaluationProtocol {
  /// The rules of ETH3D's two-view benchmark.
  public init() {}

  /// ETH3D two-view.
  public var name: BenchmarkName { .eth3d }

  /// Equal sizes, or a truth 2 or 4 times as large.
  public func accepts(estimate: (width: Int, height: Int), for truth: (width: Int, height: Int)) -> Bool {
    MiddleburyMeasures.accepts(estimate: estimate, for: truth)
  }

  /// Scores one estimate over all known pixels and, with a mask, over non-occluded ones.
  public func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Middlebury.Score {
    Middlebury.Score(estimate, truth)
  }

  /// One frame's numbers; `bad1` is the headline.
  public func metrics(of score: Middlebury.Score) -> [Metric] { score.metrics(headline: "bad1") }

  /// Plain means over the frames (`nonocc` with masks, else `all`), and both sets by name.
  public func summary(of frames: [ScoredFrame<Middlebury.Score>]) -> OrderedJSON {
    middleburyTable(name, frames) { _ in 1 }
  }

  /// Bad pixels by threshold, errors, invalid pixels.
  public var overview: [ScoreOverview.Row] { MiddleburyMeasures.overview }

  /// bad 1.0, a mean over the frames.
  public func headline(of frame: ScoredFrame<Middlebury.Score>) -> Ratio {
    frame.score.shown.badPercent(1).map { Ratio($0, 1) } ?? Ratio(0, 0)
  }
}
