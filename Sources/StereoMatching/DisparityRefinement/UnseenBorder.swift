public import Kernels
public import StereoCore
import Tensors

/// Distrusts small disparities at the border that the other image does not see, and fills that border from the side that saw.
///
/// A left pixel whose disparity exceeds its column has its partner outside the right image. What is compared there belongs to
/// something else, and a match that passes the left-right check by chance is always too far away: filled with it, a near
/// surface gets streaks of background. With u the column (of the right image, counted from its right border):
///
///     doubtful   a pixel (u, d) if some pixel on its far side, further inwards, has d' > d + 2 and d' > u:
///                as a part of that surface it would be out of view
///     patch      doubtful neighbours (of four) that differ by at most 1 pixel
///     support    sides that a patch of n pixels shares with like pixels that are not doubtful; it needs 2 √n of them
///
/// A patch without support loses its disparities (NaN) and is marked ``StereoCore/Validity/speckle`` if for half of its pixels
/// the nearest disparity further inwards, of a pixel that is trusted, is such a d': a pole before a background that is seen stays.
/// Where it fills, the columns before a row's first disparity get the median of the first five and are marked
/// ``StereoCore/Validity/filled``; a single one at the edge of a gap is often wrong.
///
/// Between the left-right check with other removals, and the filling of what is left.
public struct UnseenBorder: DisparityRefinement {
  /// Whether the columns before a row's first disparity are filled.
  public var fills: Bool

  /// - Parameter fills: whether the columns before a row's first disparity are filled.
  public init(fills: Bool = true) { self.fills = fills }

  /// A patch may be as large as the image.
  public var margins: Margins { .global }

  /// Disparities of a row whose median fills what lies before them.
  static let seen = 5

  /// The map without patches that nothing supports, its border filled.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let (width, view, fills) = (map.width, evidence.view, fills)
    let place: @Sendable (Int) -> Int = { view == .left ? $0 : width - 1 - $0 }
    var patches = BorderPatches()
    let source = map.disparities.copy()
    let unsupported = patches.unsupported(
      width: width, height: map.height, greatest: map.range.upperBound, in: context
    ) { y, cells in
      let row = source.row(y)
      let columns = cells.count - 2
      var (greatest, nearest) = (BorderPatches.hole, BorderPatches.hole)
      for u in 0..<width {
        let d = row[place(u)]
        let cell = d.isNaN ? BorderPatches.hole : Int32((16 * d).rounded())
        if u < columns {
          cells[u] = cell
        } else {
          greatest = max(greatest, cell)
          if nearest == BorderPatches.hole { nearest = cell }
        }
      }
      cells[columns] = greatest
      cells[columns + 1] = nearest
    }
    for pixel in unsupported {
      map.disparities[pixel.y, place(pixel.column)] = .nan
      map.validity[pixel.y, place(pixel.column)].insert(.speckle)
    }
    guard fills else { return map }
    let cleaned = map.disparities.copy()
    context.rows(of: &map.disparities) { y, row in
      let values = cleaned.row(y)
      guard let first = values.indices.first(where: { !values[place($0)].isNaN }), first > 0 else { return }
      var seen: [Float] = []
      for u in first..<width where !values[place(u)].isNaN && seen.count < Self.seen { seen.append(values[place(u)]) }
      seen.sort()
      for u in 0..<first { row[place(u)] = seen[seen.count / 2] }
    }
    map.markFilled(since: cleaned, in: context)
    return map
  }
}

extension UnseenBorder {
  /// How it is chosen by name; it fills where there is filling behind it.
  static let step = StepDescription<any DisparityRefinement>(
    "unseen-border", "takes small disparities away that nothing supports where the other image cannot see",
    notAfter: ["fill": "it would take away what was filled"]
  ) { values in [UnseenBorder(fills: values["fills"] == true)] }
}
