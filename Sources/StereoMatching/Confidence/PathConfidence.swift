import Glibc
import Kernels
import StereoCore
import Tensors

/// The probability that a winner of ``Kernels/BytePaths`` is right, from what is known without the volume.
///
///     confidence = 1 / (1 + exp(−z)),   z = b₀ + b₁ √g + b₂ l + b₃ √g l
///
/// with g = (second − least) ÷ 4 the gap of the mean path costs between the winner and the best disparity more than one
/// plane away, in units of a cosine's interval (2), cut off at 1, and l the distance of both images' disparities, cut off at
/// 4 pixels.
struct PathConfidence {
  /// The difference of two neighbouring path costs, in the unit of the cost.
  let step: Float

  static let bias: Float = 0
  static let ofGap: Float = 4
  static let ofDistance: Float = -0.5
  static let ofBoth: Float = 0
  /// Distance beyond which two disparities are merely different, pixels.
  static let greatestDistance: Float = 4

  /// `[H, W]`, 0 … 1; 0 where there is no disparity.
  func confidence(
    of winners: borrowing Plane<PathWinner>, other: borrowing Plane<Float>, filled: borrowing Plane<Validity>,
    range: DisparityRange, parallel: Parallel
  ) -> ConfidenceMap {
    var values = Plane<Float>(width: winners.width, height: winners.height, repeating: 0)
    parallel.rows(of: &values) { y, row in
      let (source, others) = (winners.row(y), other.row(y))
      for x in row.indices where source[x].plane != BytePaths.none {
        let d = range.lowerBound + Int(source[x].plane)
        var distance = Self.greatestDistance
        if x - d >= 0, x - d < others.count, !others[x - d].isNaN {
          distance = min(abs(Float(d) - others[x - d]), distance)
        }
        let gap = source[x].second == BytePaths.none ? 0 : Float(source[x].second - source[x].least) * step / 4
        row[x] = Self.probability(gap: gap, distance: distance)
      }
    }
    return ConfidenceMap(values: values)
  }

  /// The probability for one pixel's measures.
  static func probability(gap: Float, distance: Float) -> Float {
    let root = min(gap, 1).squareRoot()
    return 1 / (1 + exp(-(bias + ofGap * root + ofDistance * distance + ofBoth * root * distance)))
  }
}
