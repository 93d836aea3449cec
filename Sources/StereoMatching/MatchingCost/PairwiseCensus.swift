public import Kernels
public import StereoCore
import Tensors

/// The Hamming distance of census strings whose comparisons are chosen one by one.
///
///     bit k of census(I)(p) = [ I(p + aₖ) < I(p + bₖ) ],   C(y, x, d) = popcount( census(L)(y, x) ⊕ census(R)(y, x − d) )
///
/// Costs are numbers of differing bits. A pixel outside the image is the nearest one inside it. The sweep of `sgm` computes it
/// without a volume (``SweepEngine``).
///
/// Source: Zabih & Woodfill, Non-parametric local transforms for computing visual correspondence, ECCV 1994.
public struct PairwiseCensus: MatchingCost {
  /// The comparisons, at most 64.
  public let pattern: [SweepSettings.CensusPair]
  /// The farthest pixel of the comparisons.
  public var margins: Margins {
    let pixels = pattern.flatMap { [$0.first, $0.second] }
    return Margins(
      horizontal: pixels.map { abs(Int($0.dx)) }.max() ?? 0, vertical: pixels.map { abs(Int($0.dy)) }.max() ?? 0)
  }

  /// - Parameter pattern: the comparisons.
  /// - Precondition: at most 64.
  public init(pattern: [SweepSettings.CensusPair] = SweepSettings.checkeredAndSymmetric) {
    precondition(pattern.count <= 64, "PairwiseCensus: \(pattern.count) comparisons, at most 64")
    self.pattern = pattern
  }

  /// `[H, W, D]` Hamming distances, bits.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    let leftCensus = census(of: pair.leftGray, in: context)
    let rightCensus = census(of: pair.rightGray, in: context)
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    context.rows(of: &costs) { y, row in
      let (left, right) = (leftCensus.row(y), rightCensus.row(y))
      for x in 0..<width {
        for k in range.planes(reachableFrom: x, width: width, reference: .left) {
          row[x * count + k] = Float((left[x] ^ right[x - lower - k]).nonzeroBitCount)
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }

  private func census(of image: borrowing Plane<UInt8>, in context: ComputeContext) -> Plane<UInt64> {
    var result = Plane<UInt64>(width: image.width, height: image.height, repeating: 0)
    context.rows(of: &result) { y, row in
      func intensity(_ x: Int, _ at: (dy: Int8, dx: Int8)) -> UInt8 {
        image[min(max(y + Int(at.dy), 0), image.height - 1), min(max(x + Int(at.dx), 0), image.width - 1)]
      }
      for x in row.indices {
        for (k, pair) in pattern.enumerated() where intensity(x, pair.first) < intensity(x, pair.second) {
          row[x] |= 1 << UInt64(k)
        }
      }
    }
    return result
  }
}
