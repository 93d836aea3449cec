public import Kernels
public import StereoCore
import Tensors

/// Replaces the costs of the columns at one border by those of the next column: `fix_border` of MC-CNN's program.
///
/// A network that pads its input sees half a patch of nothing there. In the left image's volume the columns at the right
/// border are replaced, in the right image's those at the left one: at the other border partners are outside anyway. A cell whose
/// partner is outside stays without cost.
///
/// Source: the program of Žbontar & LeCun, JMLR 2016.
public struct BorderRepair: CostAggregation {
  /// Columns that are replaced.
  public let columns: Int
  /// As far as the first column that stays.
  public var margins: Margins { Margins(horizontal: columns, vertical: 0) }

  /// - Parameters:
  ///   - columns: columns that are replaced.
  /// - Precondition: `columns` is not negative.
  public init(columns: Int) {
    precondition(columns >= 0, "BorderRepair: \(columns) columns")
    self.columns = columns
  }

  /// The costs with the border's columns replaced; an image no wider than them stays as it is.
  public func aggregate(
    _ costs: consuming CostVolume, guide: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume {
    let (width, count, columns) = (costs.width, costs.range.count, columns)
    guard columns > 0, columns < width else { return costs }
    let (range, reference) = (costs.range, costs.reference)
    let isLeft = reference == .left
    context.rows(of: &costs.costs) { _, row in
      let source = isLeft ? width - columns - 1 : columns
      for x in isLeft ? width - columns..<width : 0..<columns {
        let reachable = range.planes(reachableFrom: x, width: width, reference: reference)
        for k in 0..<count { row[x * count + k] = reachable.contains(k) ? row[source * count + k] : .nan }
      }
    }
    return costs
  }
}

extension ByteCostVolume {
  /// The same for costs in bytes, in place.
  ///
  /// - Returns: what was replaced, `[H, columns, depth]`.
  mutating func repairBorder(columns: Int) -> Volume<UInt8> {
    let (range, reference, width, depth) = (range, reference, cells.width, cells.depth)
    let isLeft = reference == .left
    let columns = columns < width ? columns : 0
    var kept = Volume<UInt8>(width: columns, height: cells.height, depth: depth, repeating: ByteCosts.noCost)
    let (first, source) = isLeft ? (width - columns, width - columns - 1) : (0, columns)
    for y in 0..<(columns > 0 ? cells.height : 0) {
      var row = cells.mutableRow(y)
      var old = kept.mutableRow(y)
      for column in 0..<columns {
        let reachable = range.planes(reachableFrom: first + column, width: width, reference: reference)
        for k in 0..<depth {
          let at = (first + column) * depth + k
          old[column * depth + k] = row[at]
          row[at] = reachable.contains(k) ? row[source * depth + k] : ByteCosts.noCost
        }
      }
    }
    return kept
  }

  /// Puts back what ``repairBorder(columns:)`` replaced.
  mutating func restoreBorder(_ kept: borrowing Volume<UInt8>) {
    let depth = cells.depth
    let first = reference == .left ? cells.width - kept.width : 0
    for y in 0..<(kept.width > 0 ? cells.height : 0) {
      let old = kept.row(y)
      var row = cells.mutableRow(y)
      for i in old.indices { row[first * depth + i] = old[i] }
    }
  }
}
