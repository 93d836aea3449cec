import Glibc
import Kernels
import StereoCore
import Tensors

/// What a difference of costs says of a winner: the cost's part in ``ByteVolumeMatcher``'s confidence, 1 / (1 + exp(−a − b z)).
public struct PathConfidenceScale: Sendable, Equatable {
  /// The gap of the mean path costs that says as much as 1 does for the cosines of `mc-cnn-fast`.
  public var unit: Float
  /// a, a logistic regression's line through the z of all costs.
  public var offset: Float
  /// b, likewise.
  public var slope: Float

  /// - Precondition: `unit` is positive.
  public init(unit: Float, offset: Float = 0, slope: Float = 1) {
    precondition(unit > 0, "PathConfidenceScale: a unit of \(unit)")
    self.unit = unit
    self.offset = offset
    self.slope = slope
  }
}

/// The probability that a winner of ``Kernels/ByteSemiGlobal`` ends within 2 pixels of the truth, from what is known without the
/// volume.
///
///     confidence = 1 / (1 + exp(−z)),   z = b₀ + b₁ √g + b₂ l + b₃ √g l
///
/// with g = (second − least) ÷ 4 the gap of the mean path costs between the winner and the best disparity more than one
/// plane away, in ``PathConfidenceScale/unit``, cut off at 1, and l the distance of both images' disparities, cut off at 4 pixels.
///
/// The coefficients are those of a logistic regression over eight KITTI 2012 training frames (000003, 000019 … 000115),
/// `mc-cnn-fast` with P1 = 2, P2 = 27.86 and D = 0.08. There the area under the sparsification curve is 1.5 % (optimum 0.1 %, no order
/// 4.9 %), and between 0.5 and 1 the probability is the share of right pixels to within 0.04.
///
/// `Models/training/confidence/fit_paths.py` tells how well it holds for a method and what ``PathConfidenceScale`` would mend.
struct PathConfidence {
  /// The difference of two neighbouring path costs, in the unit of the cost.
  let step: Float
  /// What the cost's numbers are worth.
  let scale: PathConfidenceScale

  /// b₀: a winner without a gap that the other image confirms is right in one of five cases.
  static let bias: Float = -1.304
  /// b₁: a gap of 1 raises the odds 250-fold.
  static let ofGap: Float = 5.515
  /// b₂, per pixel; with b₃: disagreement lowers the odds of a clear winner, not those of a doubtful one.
  static let ofDistance: Float = 0.351
  /// b₃, per pixel.
  static let ofBoth: Float = -1.375
  /// Distance beyond which two disparities are merely different, pixels.
  static let greatestDistance: Float = 4

  /// `[H, W]`, 0 … 1; 0 where there is no winner.
  ///
  /// - Parameters:
  ///   - winners: those of the left image.
  ///   - other: `[H, W]` disparities of the right image, as winner-takes-all left them.
  func confidence(
    of winners: borrowing Plane<PathWinner>, other: borrowing Plane<Float>, range: DisparityRange, parallel: Parallel
  ) -> ConfidenceMap {
    var values = Plane<Float>(width: winners.width, height: winners.height, repeating: 0)
    parallel.rows(of: &values) { y, row in
      let (source, others) = (winners.row(y), other.row(y))
      for x in row.indices where source[x].plane != ByteSemiGlobal.none {
        let d = range.lowerBound + Int(source[x].plane)
        var distance = Self.greatestDistance
        if x - d >= 0, x - d < others.count, !others[x - d].isNaN {
          distance = min(abs(Float(d) - others[x - d]), distance)
        }
        let gap = source[x].second == ByteSemiGlobal.none ? 0 : Float(source[x].second - source[x].least) * step / 4
        row[x] = Self.probability(gap: gap / scale.unit, distance: distance, scale)
      }
    }
    return ConfidenceMap(values: values)
  }

  /// The probability for one pixel's measures.
  static func probability(gap: Float, distance: Float, _ scale: PathConfidenceScale) -> Float {
    let root = min(gap, 1).squareRoot()
    let z = bias + ofGap * root + ofDistance * distance + ofBoth * root * distance
    return 1 / (1 + exp(-(scale.offset + scale.slope * z)))
  }
}
