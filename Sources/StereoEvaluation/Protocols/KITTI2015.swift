public import Tensors

/// KITTI stereo 2015: D1, the share of outliers, pooled over the pixels of all images.
///
///     outlier(p) ⇔ |d*(p) − d(p)| > 3 px  and  |d*(p) − d(p)| / |d*(p)| > 0.05          both strict
///     D1 = Σ over images of outliers / Σ over images of pixels with truth
///
/// Background is where the object map is 0, foreground elsewhere. Estimates are filled by ``BackgroundInterpolation``
/// first; the *estimated* block counts only pixels that the estimate itself has.
///
/// Source: Menze, Geiger, *Object scene flow for autonomous vehicles*, CVPR 2015; `evaluate_scene_flow.cpp` of the
/// development kit.
public struct KITTI2015: EvaluationProtocol {
  /// An error must exceed this, pixels …
  public static let absoluteThreshold = 3.0
  /// … and this share of the true disparity.
  public static let relativeThreshold = 0.05

  /// The rules of KITTI 2015.
  public init() {}

  /// KITTI 2015.
  public var name: BenchmarkName { .kitti2015 }

  /// Counts over one kind of pixels.
  public struct Counts: Codable, Sendable, Equatable {
    /// Pixels with known truth.
    public var pixels = 0
    /// Outliers among them, after interpolation.
    public var outliers = 0
    /// Pixels that the estimate has.
    public var estimated = 0
    /// Outliers among those.
    public var estimatedOutliers = 0

    /// The sum of both counts.
    static func + (a: Counts, b: Counts) -> Counts {
      Counts(
        pixels: a.pixels + b.pixels, outliers: a.outliers + b.outliers, estimated: a.estimated + b.estimated,
        estimatedOutliers: a.estimatedOutliers + b.estimatedOutliers)
    }
  }

  /// Counts over the pixels of one truth map.
  public struct Region: Codable, Sendable, Equatable {
    /// Where the object map is 0; `nil` without an object map.
    public var background: Counts?
    /// Where the object map is more than 0; `nil` without an object map.
    public var foreground: Counts?
    /// All pixels.
    public var all = Counts()
    /// Σ |error|, pixels, after interpolation.
    public var errorSum = 0.0
  }

  /// One frame.
  public struct Score: FrameScore {
    /// The truth that was given first: non-occluded pixels, or the only truth there is.
    public var first: Region
    /// The truth with occluded pixels; `nil` if it was not given.
    public var occ: Region?

    /// What D1 is of: the truth with occluded pixels where there is one.
    public var ranked: Region { occ ?? first }
    /// Pixels with known truth that D1 is of.
    public var truthPixels: Int { ranked.all.pixels }
  }

  /// True if an error is an outlier: more than 3 px and more than 5 % of the truth.
  ///
  /// The quotient is taken in double precision, where an error of exactly 5 % is not above 5 %. A development kit whose
  /// compiler divides in single precision counts that one case as an outlier, as the nearest float to 0.05 is above 0.05.
  @inline(__always)
  public static func isOutlier(error: Float, truth: Float) -> Bool {
    Double(error) > absoluteThreshold && Double(error) / Double(abs(truth)) > relativeThreshold
  }

  /// Scores one estimate against both truths and by the object map, where they are there.
  public func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Score {
    truth.requireOneSize()
    precondition(
      estimate.width == truth.width && estimate.height == truth.height,
      "KITTI 2015: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    let filled = BackgroundInterpolation.filled(estimate)
    func region(_ map: borrowing Plane<Float>, _ truth: borrowing GroundTruth) -> Region {
      switch truth.objects {
      case .some(let objects): Self.count(estimate, filled, map, objects: objects)
      case .none: Self.count(estimate, filled, map)
      }
    }
    var score = Score(first: region(truth.disparities, truth), occ: nil)
    switch truth.withOccluded {
    case .some(let all): score.occ = region(all, truth)
    case .none: break
    }
    return score
  }

  private static func count(
    _ estimate: borrowing Plane<Float>, _ filled: borrowing Plane<Float>, _ truth: borrowing Plane<Float>,
    objects: borrowing Plane<UInt8>
  ) -> Region {
    var (background, foreground, errorSum) = (Counts(), Counts(), 0.0)
    for y in 0..<truth.height {
      let (original, interpolated, known) = (estimate.row(y), filled.row(y), truth.row(y))
      let object = objects.row(y)
      for x in known.indices where BackgroundInterpolation.isValid(known[x]) {
        let error = abs(known[x] - interpolated[x])
        errorSum += Double(error)
        let isEstimated = BackgroundInterpolation.isValid(original[x])
        if object[x] == 0 {
          background.add(error, known[x], isEstimated)
        } else {
          foreground.add(error, known[x], isEstimated)
        }
      }
    }
    return Region(
      background: background, foreground: foreground, all: background + foreground, errorSum: errorSum)
  }

  private static func count(
    _ estimate: borrowing Plane<Float>, _ filled: borrowing Plane<Float>, _ truth: borrowing Plane<Float>
  ) -> Region {
    var (all, errorSum) = (Counts(), 0.0)
    for y in 0..<truth.height {
      let (original, interpolated, known) = (estimate.row(y), filled.row(y), truth.row(y))
      for x in known.indices where BackgroundInterpolation.isValid(known[x]) {
        let error = abs(known[x] - interpolated[x])
        errorSum += Double(error)
        all.add(error, known[x], BackgroundInterpolation.isValid(original[x]))
      }
    }
    return Region(background: nil, foreground: nil, all: all, errorSum: errorSum)
  }

  /// D1-all of the ranked truth, pooled.
  public func headline(of frame: ScoredFrame<Score>) -> Ratio {
    let all = frame.score.ranked.all
    return Ratio(100 * Double(all.outliers), Double(all.pixels))
  }
}

extension KITTI2015.Counts {
  /// Counts one pixel.
  @inline(__always)
  fileprivate mutating func add(_ error: Float, _ truth: Float, _ isEstimated: Bool) {
    let isOutlier = KITTI2015.isOutlier(error: error, truth: truth)
    pixels += 1
    if isOutlier { outliers += 1 }
    if isEstimated {
      estimated += 1
      if isOutlier { estimatedOutliers += 1 }
    }
  }
}
