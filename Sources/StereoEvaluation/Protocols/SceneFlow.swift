public import Files
public import Tensors

/// Scene Flow: end-point error and 1-px and 3-px rates, pooled over the pixels of all frames.
///
///     EPE    = Σ |d − d*| / n                over pixels with known d* > 0 and an estimate
///     bad(τ) = |{|d − d*| > τ or no estimate}| / |{d* > 0}|          τ = 1, 3 px, strict
///
/// DispNet's paper has no upper limit on d*; PSMNet, GA-Net and others count only d* < 192, which hides the largest errors:
/// their numbers stand under `below192`.
///
/// Source: Mayer et al., *A large dataset to train convolutional networks for disparity …*, CVPR 2016; Chang and Chen,
/// PSMNet, CVPR 2018.
public struct SceneFlow: EvaluationProtocol {
  /// The limit that many papers put on the truth, pixels: d* < 192.
  public static let usualLimit: Float = 192

  /// The rules of Scene Flow.
  public init() {}

  /// Scene Flow.
  public var name: BenchmarkName { .sceneflow }

  /// Counts over one set of pixels.
  public struct Region: Codable, Sendable, Equatable {
    /// Pixels with known truth above 0.
    public var pixels = 0
    /// Those of them that the estimate has.
    public var estimated = 0
    /// Σ |error| over estimated pixels, pixels.
    public var errorSum = 0.0
    /// Pixels whose error exceeds 1 px, or without estimate.
    public var bad1 = 0
    /// Pixels whose error exceeds 3 px, or without estimate.
    public var bad3 = 0
    /// Correct by PSMNet's rule: error < 3 px or < 5 % of the truth.
    public var withinThreeOrFivePercent = 0

    /// Mean error of the estimated pixels, pixels.
    public var endPointError: Double? { estimated > 0 ? errorSum / Double(estimated) : nil }

    mutating func add(error: Float, truth: Float) {
      pixels += 1
      guard error.isFinite else {
        bad1 += 1
        bad3 += 1
        return
      }
      estimated += 1
      errorSum += Double(error)
      if error > 1 { bad1 += 1 }
      if error > 3 { bad3 += 1 }
      if error < 3 || error < 0.05 * truth { withinThreeOrFivePercent += 1 }
    }

    static func + (a: Region, b: Region) -> Region {
      Region(
        pixels: a.pixels + b.pixels, estimated: a.estimated + b.estimated, errorSum: a.errorSum + b.errorSum,
        bad1: a.bad1 + b.bad1, bad3: a.bad3 + b.bad3,
        withinThreeOrFivePercent: a.withinThreeOrFivePercent + b.withinThreeOrFivePercent)
    }
  }

  /// One frame.
  public struct Score: FrameScore {
    /// Every pixel with known truth above 0.
    public var all = Region()
    /// Those with a truth below 192 px.
    public var below192 = Region()

    /// Pixels with known truth.
    public var truthPixels: Int { all.pixels }
  }

  /// Scores one estimate.
  public func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Score {
    precondition(
      estimate.width == truth.width && estimate.height == truth.height,
      "Scene Flow: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    var score = Score()
    for y in 0..<truth.height {
      let (row, known) = (estimate.row(y), truth.disparities.row(y))
      for x in known.indices where known[x].isFinite && known[x] > 0 {
        let error = abs(row[x] - known[x])
        score.all.add(error: error, truth: known[x])
        if known[x] < Self.usualLimit { score.below192.add(error: error, truth: known[x]) }
      }
    }
    return score
  }

  /// End-point error, outliers, density.
  public var overview: [ScoreOverview.Row] {
    [
      .init("end-point error", "endPointError", unit: .pixels), .init("bad > 1 px", "bad1"),
      .init("bad > 3 px", "bad3"),
      .init("end-point error, d* < 192 px", "below192", "endPointError", unit: .pixels), .init("density", "density"),
    ]
  }

  /// One frame's numbers; `endPointError` is the headline.
  public func metrics(of score: Score) -> [Metric] {
    [
      Metric("endPointError", score.all.endPointError, .pixels),
      Metric("bad1", percent(score.all.bad1, of: score.all.pixels)),
      Metric("bad3", percent(score.all.bad3, of: score.all.pixels)),
      Metric("endPointErrorBelow192", score.below192.endPointError, .pixels),
      Metric("density", percent(score.all.estimated, of: score.all.pixels)),
    ]
  }

  /// `endPointError`, `bad1`, `bad3`, `density`, the same `below192`, and what training scripts print.
  public func summary(of frames: [ScoredFrame<Score>]) -> OrderedJSON {
    func rates(_ region: Region) -> [(String, OrderedJSON)] {
      [
        ("endPointError", .number(region.endPointError)), ("bad1", .number(percent(region.bad1, of: region.pixels))),
        ("bad3", .number(percent(region.bad3, of: region.pixels))),
        ("density", .number(percent(region.estimated, of: region.pixels))),
      ]
    }
    let below = frames.map(\.score.below192)
    return .object(
      [("protocol", .string(name.rawValue)), ("frames", .integer(frames.count))]
        + rates(frames.map(\.score.all).reduce(Region(), +)) + [
          ("below192", .object(rates(below.reduce(Region(), +)))),
          (
            "variants",
            .object([
              ("endPointErrorMeanOverImages", .number(mean(frames.map(\.score.all.endPointError)))),
              ("endPointErrorBelow192MeanOverImages", .number(mean(below.map(\.endPointError)))),
              (
                "threePixelOrFivePercentErrorBelow192MeanOverImages",
                .number(
                  mean(
                    below.map { region in
                      percent(region.pixels - region.withinThreeOrFivePercent, of: region.pixels)
                    }))
              ),
            ])
          ),
        ])
  }

  /// The end-point error, pooled.
  public func headline(of frame: ScoredFrame<Score>) -> Ratio {
    Ratio(frame.score.all.errorSum, Double(frame.score.all.estimated))
  }
}
