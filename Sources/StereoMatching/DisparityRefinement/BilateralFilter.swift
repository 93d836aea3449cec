import Glibc
public import Kernels
public import StereoCore
import Tensors

/// A Gaussian mean of the neighbours with a similar disparity: smooths surfaces and keeps their edges.
///
///     D'(p) = Σ_q g(q − p) D(q) / Σ_q g(q − p)   over q with |D(q) − D(p)| < t,   g(v) = exp(−|v|² / (2 σ²))
///
/// over the square of radius ⌈3σ⌉. Pixels without disparity take no part and stay without.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.3.
public struct BilateralFilter: DisparityRefinement {
  /// Standard deviation σ of the Gaussian, pixels.
  public let sigma: Float
  /// Difference t at which a neighbour no longer counts, pixels of disparity.
  public let threshold: Float
  /// Threads to spread the work over.
  public var parallel: Parallel

  /// - Parameters:
  ///   - sigma: standard deviation of the Gaussian, pixels.
  ///   - threshold: difference at which a neighbour no longer counts, pixels of disparity.
  ///   - parallel: threads to spread the work over.
  /// - Precondition: both are positive, `sigma` at most 1000.
  public init(sigma: Float, threshold: Float, parallel: Parallel = Parallel()) {
    precondition(
      sigma > 0 && sigma <= 1000 && threshold > 0, "BilateralFilter: sigma \(sigma), threshold \(threshold) pixels")
    self.sigma = sigma
    self.threshold = threshold
    self.parallel = parallel
  }

  /// The filtered map.
  ///
  /// - Complexity: O(H · W · (6σ + 1)²).
  public func refine(_ map: consuming DisparityMap, in context: borrowing RefinementContext) -> DisparityMap {
    let source = map.disparities.copy()
    let radius = Int((3 * sigma).rounded(.up))
    let weights = (0...radius).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
    parallel.rows(of: &map.disparities, band: 4) { y, row in
      var sums = [Float](repeating: 0, count: row.count)
      var totals = sums
      let centres = source.row(y)
      for v in max(0, y - radius)...min(source.height - 1, y + radius) {
        let neighbours = source.row(v)
        for dx in -min(radius, row.count - 1)...min(radius, row.count - 1) {
          let weight = weights[abs(v - y)] * weights[abs(dx)]
          add(neighbours, shiftedBy: dx, weight, around: centres, to: &sums, &totals)
        }
      }
      for x in row.indices where totals[x] > 0 { row[x] = sums[x] / totals[x] }
    }
    return map
  }

  /// Adds one neighbour, `dx` columns to the right, of every pixel of a row.
  private func add(
    _ neighbours: Span<Float>, shiftedBy dx: Int, _ weight: Float, around centres: Span<Float>, to sums: inout [Float],
    _ totals: inout [Float]
  ) {
    let limit = threshold
    for x in max(0, -dx)..<(centres.count - max(0, dx)) {
      let neighbour = neighbours[x + dx]
      // False where either is NaN.
      let counts = abs(neighbour - centres[x]) < limit
      sums[x] += counts ? weight * neighbour : 0
      totals[x] += counts ? weight : 0
    }
  }
}
