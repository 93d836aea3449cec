public import Kernels
public import StereoCore
import Tensors

/// The disparity of least cost at every pixel.
///
///     D(y, x) = argmin_d C(y, x, d)
///
/// Among equal costs the least disparity wins. Cells without cost take no part; a pixel that has none at all has no
/// disparity (NaN) and is ``StereoCore/Validity/outOfView``. A winner at either end of the range is marked
/// ``StereoCore/Validity/rangeBorder``.
///
/// Source: Scharstein & Szeliski, IJCV 2002, section 3.3.
public struct WinnerTakesAll: Sendable {

  /// A step without parameters.
  public init() {}

  /// The disparities of `view`'s pixels, whole pixels.
  ///
  /// Either view's map is read from one volume: the view that is not its reference along the volume's diagonals.
  public func disparities(
    minimising costs: borrowing CostVolume, of view: ReferenceView = .left, in context: ComputeContext
  ) -> DisparityMap {
    let range = costs.range
    var map = DisparityMap(width: costs.width, height: costs.height, range: range)
    context.rows(of: &map.disparities) { y, row in
      if view == costs.reference {
        Self.straightWinners(costs, y, into: &row)
      } else {
        Self.diagonalWinners(costs, y, of: view, into: &row)
      }
    }
    let disparities = map.disparities.copy()
    context.rows(of: &map.validity) { y, row in
      let winners = disparities.row(y)
      for x in row.indices { row[x] = Self.validity(of: winners[x], in: range) }
    }
    return map
  }

  /// The bits of a pixel with the given winner.
  static func validity(of winner: Float, in range: DisparityRange) -> Validity {
    if winner.isNaN { return .outOfView }
    let atBorder = winner == Float(range.lowerBound) || winner == Float(range.upperBound - 1)
    return atBorder ? .rangeBorder : []
  }

  private static func straightWinners(_ costs: borrowing CostVolume, _ y: Int, into row: inout MutableSpan<Float>) {
    let count = costs.range.count
    let source = costs.costs.row(y)
    for x in row.indices {
      var (least, winner) = (Float.infinity, -1)
      for k in 0..<count {
        let cost = source[x * count + k]
        if cost < least || (winner < 0 && cost == least) { (least, winner) = (cost, k) }
      }
      row[x] = winner < 0 ? .nan : Float(costs.range.lowerBound + winner)
    }
  }

  private static func diagonalWinners(
    _ costs: borrowing CostVolume, _ y: Int, of view: ReferenceView, into row: inout MutableSpan<Float>
  ) {
    let (count, lower, width) = (costs.range.count, costs.range.lowerBound, costs.width)
    let source = costs.costs.row(y)
    for x in row.indices {
      var (least, winner) = (Float.infinity, -1)
      for k in costs.range.planes(reachableFrom: x, width: width, reference: view) {
        let cost = source[view.partner(of: x, at: lower + k) * count + k]
        if cost < least || (winner < 0 && cost == least) { (least, winner) = (cost, k) }
      }
      row[x] = winner < 0 ? .nan : Float(lower + winner)
    }
  }
}
