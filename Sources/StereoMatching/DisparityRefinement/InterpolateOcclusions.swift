public import Kernels
public import StereoCore
import Tensors

/// Fills occlusions with the background beside them.
///
/// An occluded pixel without disparity gets that of the nearest pixel to its left, in the left image, whose disparity
/// passed its checks; if there is none, of the nearest one to its right. (In the right image the sides are exchanged:
/// what only the right camera sees lies to the right of what hides it from the left one.) It is marked
/// ``StereoCore/Validity/filled``. A pixel in a row without any good disparity stays as it is.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.3.
public struct InterpolateOcclusions: DisparityRefinement {
  /// The rows as far as they go.
  public var margins: Margins { Margins(columns: .global, rows: 0) }

  /// A step without parameters.
  public init() {}

  /// The map with its occlusions filled.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let step = evidence.view == .left ? -1 : 1
    let validity = map.validity.copy()
    let source = map.disparities.copy()
    context.rows(of: &map.disparities) { y, row in
      let (bits, values) = (validity.row(y), source.row(y))
      for x in row.indices where values[x].isNaN && bits[x].contains(.occlusion) {
        row[x] =
          Self.nearest(values, bits, from: x, step: step) ?? Self.nearest(values, bits, from: x, step: -step) ?? .nan
      }
    }
    map.markFilled(since: source, in: context)
    return map
  }

  /// The first good disparity in one direction.
  private static func nearest(_ values: Span<Float>, _ bits: Span<Validity>, from x: Int, step: Int) -> Float? {
    var at = x + step
    while at >= 0, at < values.count {
      if !values[at].isNaN, bits[at].isDisjoint(with: [.occlusion, .mismatch, .filled]) { return values[at] }
      at += step
    }
    return nil
  }
}

extension DisparityMap {
  /// Marks the pixels that have a disparity now and had none in `before` as filled.
  mutating func markFilled(since before: borrowing Plane<Float>, in context: ComputeContext) {
    let now = disparities.copy()
    context.rows(of: &validity) { y, row in
      let (old, new) = (before.row(y), now.row(y))
      for x in row.indices where old[x].isNaN && !new[x].isNaN { row[x].insert(.filled) }
    }
  }
}
