public import Tensors

/// KITTI stereo 2012: share of pixels whose error is above τ, and the average error, as means over images.
///
///     Out(τ) = mean over images of |{p : |d*(p) − d(p)| > τ}| / |{p : d*(p) known}|        τ = 1 … 5 px, strict, no 5 % rule
///     Avg    = mean over images of the mean |d*(p) − d(p)|
///
/// Noc is over pixels that the right camera sees, All over every pixel with truth. Estimates are filled by
/// ``BackgroundInterpolation`` first; the *estimated* block counts only pixels that the estimate itself has.
///
/// Source: Geiger, Lenz, Urtasun, *Are we ready for autonomous driving?*, CVPR 2012; `evaluate_stereo.cpp` of the
/// development kit.
public struct KITTI2012: EvaluationProtocol {
  /// The thresholds τ, pixels.
  public static let thresholds: [Float] = [1, 2, 3, 4, 5]

  /// The rules of KITTI 2012.
  public init() {}

  /// KITTI 2012.
  public var name: BenchmarkName { .kitti2012 }

  /// Counts over the pixels of one truth map.
  public struct Region: Codable, Sendable, Equatable {
    /// Pixels with known truth.
    public var pixels = 0
    /// Those of them that the estimate has.
    public var estimated = 0
    /// Pixels whose error is above 1 … 5 px, after interpolation.
    public var outliers = [Int](repeating: 0, count: 5)
    /// The same among the estimated pixels.
    public var estimatedOutliers = [Int](repeating: 0, count: 5)
    /// Σ |error|, pixels, after interpolation.
    public var errorSum = 0.0
    /// The same among the estimated pixels.
    public var estimatedErrorSum = 0.0

    /// Out(τ) in percent; `estimated`: among estimated pixels, and 0 if there is none, as the development kit has it.
    public func outlierPercent(_ threshold: Int, estimated only: Bool = false) -> Double {
      only
        ? (percent(estimatedOutliers[threshold], of: estimated) ?? 0) : (percent(outliers[threshold], of: pixels) ?? 0)
    }

    /// Mean |error|, pixels; `estimated`: among estimated pixels, and 0 if there is none.
    public func average(estimated only: Bool = false) -> Double {
      only ? estimatedErrorSum / Double(max(estimated, 1)) : errorSum / Double(max(pixels, 1))
    }

    /// Share of the truth's pixels that the estimate has, percent.
    public var density: Double { percent(estimated, of: pixels) ?? 0 }
  }

  /// One frame.
  public struct Score: FrameScore {
    /// Non-occluded pixels.
    public var noc: Region
    /// All pixels; `nil` without a truth that includes occluded pixels.
    public var all: Region?

    /// Non-occluded pixels with known truth.
    public var truthPixels: Int { noc.pixels }
    /// Whether both regions have a number for every threshold.
    public var isWhole: Bool {
      [noc, all ?? noc].allSatisfy { $0.outliers.count == 5 && $0.estimatedOutliers.count == 5 }
    }
  }

  /// Scores one estimate against the non-occluded truth and, where there is one, the truth with occluded pixels.
  public func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Score {
    truth.requireOneSize()
    precondition(
      estimate.width == truth.width && estimate.height == truth.height,
      "KITTI 2012: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    let filled = BackgroundInterpolation.filled(estimate)
    var score = Score(noc: Self.count(estimate, filled, truth.disparities), all: nil)
    switch truth.withOccluded {
    case .some(let all): score.all = Self.count(estimate, filled, all)
    case .none: break
    }
    return score
  }

  private static func count(
    _ estimate: borrowing Plane<Float>, _ filled: borrowing Plane<Float>, _ truth: borrowing Plane<Float>
  ) -> Region {
    var region = Region()
    for y in 0..<truth.height {
      let (original, interpolated, known) = (estimate.row(y), filled.row(y), truth.row(y))
      for x in known.indices where BackgroundInterpolation.isValid(known[x]) {
        let error = abs(known[x] - interpolated[x])
        let isEstimated = BackgroundInterpolation.isValid(original[x])
        region.pixels += 1
        region.errorSum += Double(error)
        if isEstimated {
          region.estimated += 1
          region.estimatedErrorSum += Double(error)
        }
        guard error > 1 else { continue }
        for k in 0..<5 where error > Float(k + 1) {
          region.outliers[k] += 1
          if isEstimated { region.estimatedOutliers[k] += 1 }
        }
      }
    }
    return region
  }

  /// Out-Noc (3 px) as a mean over images.
  public func headline(of frame: ScoredFrame<Score>) -> Ratio { Ratio(frame.score.noc.outlierPercent(2), 1) }
}
