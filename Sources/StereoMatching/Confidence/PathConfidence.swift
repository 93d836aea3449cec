import Glibc
public import Kernels
public import StereoCore
import Tensors

/// What a difference of costs says of a winner: the cost's part in ``PathConfidence``, 1 / (1 + exp(−a − b z)).
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

/// The probability that a winner of semi-global matching ends within 2 pixels of the truth, from what is known without the volume.
///
///     confidence = 1 / (1 + exp(−z)),   z = b₀ + b₁ √g + b₂ l + b₃ √g l
///
/// with g = second − least the gap of the mean path costs between the winner and the best disparity more than one
/// plane away, in ``PathConfidenceScale/unit``, cut off at 1, and l the distance of both images' disparities, cut off at 4 pixels.
///
/// The coefficients are those of a logistic regression over eight KITTI 2012 training frames (000003, 000019 … 000115),
/// `mc-cnn-fast` with P1 = 2, P2 = 27.86 and D = 0.08. There the area under the sparsification curve is 1.5 % (optimum 0.1 %, no order
/// 4.9 %), and between 0.5 and 1 the probability is the share of right pixels to within 0.04.
///
/// `Models/training/confidence/fit_paths.py` tells how well it holds for a method and what ``PathConfidenceScale`` would mend.
///
/// Needs the costs and the other image's map, or winners of ``Kernels/ByteSemiGlobal``.
public struct PathConfidence: ConfidenceEstimation {
  /// What the cost's numbers are worth.
  public var scale: PathConfidenceScale
  /// Its own pixel, and the partner.
  public var margins: Margins { .none }

  /// That of path costs in bytes.
  public var seen: SeenConfidence { .paths }

  /// - Parameter scale: what the cost's numbers are worth.
  public init(scale: PathConfidenceScale) { self.scale = scale }

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
  public func confidence(
    of map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> ConfidenceMap {
    switch evidence.costs {
    case .none: preconditionFailure("PathConfidence: the costs are missing")
    case .some(let costs):
      switch evidence.otherMap {
      case .none: preconditionFailure("PathConfidence: the other image's disparities are missing")
      case .some(let other):
        return confidence(of: map, costs, other: other.disparities, view: evidence.view, in: context)
      }
    }
  }

  private func confidence(
    of map: borrowing DisparityMap, _ costs: borrowing CostVolume, other: borrowing Plane<Float>, view: ReferenceView,
    in context: ComputeContext
  ) -> ConfidenceMap {
    var values = Plane<Float>(width: map.width, height: map.height, repeating: 0)
    context.rows(of: &values) { y, row in
      let (own, others) = (map.disparities.row(y), other.row(y))
      for x in row.indices where !own[x].isNaN {
        let partner = view.partner(of: x, at: Int(own[x].rounded()))
        let minima = CostMinima(of: costs, y, x, view: view)
        let gap = minima.second < .infinity ? minima.second - minima.best : 0
        row[x] = Self.probability(
          gap: gap / scale.unit, distance: Self.distance(own[x], others, partner), scale)
      }
    }
    return ConfidenceMap(values: values)
  }

  /// The same for winners of ``Kernels/ByteSemiGlobal``.
  ///
  /// - Parameters:
  ///   - winners: those of the left image.
  ///   - step: the difference of two neighbouring path costs, in the unit of the cost.
  ///   - other: `[H, W]` disparities of the right image, as winner-takes-all left them.
  func confidence(
    of winners: borrowing Plane<PathWinner>, step: Float, other: borrowing Plane<Float>, range: DisparityRange,
    in context: ComputeContext
  ) -> ConfidenceMap {
    var values = Plane<Float>(width: winners.width, height: winners.height, repeating: 0)
    context.rows(of: &values) { y, row in
      let (source, others) = (winners.row(y), other.row(y))
      for x in row.indices where source[x].plane != ByteSemiGlobal.none {
        let d = range.lowerBound + Int(source[x].plane)
        let distance = Self.distance(Float(d), others, x - d)
        let gap = source[x].second == ByteSemiGlobal.none ? 0 : Float(source[x].second - source[x].least) * step / 4
        row[x] = Self.probability(gap: gap / scale.unit, distance: distance, scale)
      }
    }
    return ConfidenceMap(values: values)
  }

  /// The difference of a disparity to that of its partner at a column of the other image, pixels.
  private static func distance(_ d: Float, _ others: Span<Float>, _ column: Int) -> Float {
    guard column >= 0, column < others.count, !others[column].isNaN else { return greatestDistance }
    return min(abs(d - others[column]), greatestDistance)
  }

  /// The probability for one pixel's measures.
  static func probability(gap: Float, distance: Float, _ scale: PathConfidenceScale) -> Float {
    let root = min(gap, 1).squareRoot()
    let z = bias + ofGap * root + ofDistance * distance + ofBoth * root * distance
    return 1 / (1 + exp(-(scale.offset + scale.slope * z)))
  }
}
