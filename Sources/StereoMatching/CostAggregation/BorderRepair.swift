public import Kernels
public import StereoCore
import Tensors

/// Replaces the costs of the columns at one border by those of the next column: `fix_border` of MC-CNN's program.
///
/// A network that pads its input sees half a patch of nothing there. In the left image's volume the columns at the right
/// border are replaced, in the right image's those at the left one: at the other border partners are outside anyway.
///
/// Source: the program of Žbontar & LeCun, JMLR 2016.
public struct BorderRepair: CostAggregation {
  /// Columns that are replaced.
  public let columns: Int
  /// Threads to spread the work over.
  public var parallel: Parallel
  /// As far as the first column that stays.
  public var margins: Margins { Margins(horizontal: columns, vertical: 0) }

  /// - Parameters:
  ///   - columns: columns that are replaced.
  ///   - parallel: threads to spread the work over.
  /// - Precondition: `columns` is not negative.
  public init(columns: Int, parallel: Parallel = Parallel()) {
    precondition(columns >= 0, "BorderRepair: \(columns) columns")
    self.columns = columns
    self.parallel = parallel
  }

  /// The costs with the border's columns replaced; an image no wider than them stays as it is.
  public func aggregate(_ costs: consuming CostVolume, guide: borrowing RectifiedPair) -> CostVolume {
    let (width, count, columns) = (costs.width, costs.range.count, columns)
    guard columns > 0, columns < width else { return costs }
    let isLeft = costs.reference == .left
    parallel.rows(of: &costs.costs) { _, row in
      let source = isLeft ? width - columns - 1 : columns
      for x in isLeft ? width - columns..<width : 0..<columns {
        for k in 0..<count { row[x * count + k] = row[source * count + k] }
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
    let (width, depth, isLeft) = (cells.width, cells.depth, reference == .left)
    let columns = columns < width ? columns : 0
    var kept = Volume<UInt8>(width: columns, height: cells.height, depth: depth, repeating: ByteCosts.noCost)
    let (first, source) = isLeft ? (width - columns, width - columns - 1) : (0, columns)
    for y in 0..<(columns > 0 ? cells.height : 0) {
      var row = cells.mutableRow(y)
      var old = kept.mutableRow(y)
      for i in old.indices {
        old[i] = row[first * depth + i]
        row[first * depth + i] = row[source * depth + i % depth]
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
