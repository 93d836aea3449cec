public import Kernels
public import StereoCore
import Tensors

/// Fills what is left by the median of what is seen in 16 directions.
///
/// In each of 16 directions (steps of one pixel along the longer axis, of 0, ½ or 1 along the other, positions rounded) the
/// nearest pixel with a disparity is looked for; of the n found, the one at index ⌊n/2⌋ in ascending order is taken. Every
/// pixel without disparity that is not a mere occlusion is filled: mismatches, and what speckle removal or the
/// uniqueness check took away. It is marked ``StereoCore/Validity/filled``. Filled occlusions count as found, pixels filled here do not.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.3.
public struct InterpolateMismatches: DisparityRefinement {
  /// As far as the directions go.
  public var margins: Margins { .global }

  /// A step without parameters.
  public init() {}

  /// The 16 directions, (columns, rows) of a step.
  static let directions: [(dx: Float, dy: Float)] = [
    (0, 1), (-0.5, 1), (-1, 1), (-1, 0.5), (-1, 0), (-1, -0.5), (-1, -1), (-0.5, -1),
    (0, -1), (0.5, -1), (1, -1), (1, -0.5), (1, 0), (1, 0.5), (1, 1), (0.5, 1),
  ]

  /// The map with its mismatches filled.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let validity = map.validity.copy()
    let source = map.disparities.copy()
    context.rows(of: &map.disparities) { y, row in
      let bits = validity.row(y)
      for x in row.indices where row[x].isNaN {
        if bits[x].contains(.occlusion) && !bits[x].contains(.mismatch) { continue }
        row[x] = Self.surroundings(of: source, y, x)
      }
    }
    map.markFilled(since: source, in: context)
    return map
  }

  /// The median of the nearest disparities around (y, x); NaN if there is none.
  private static func surroundings(of source: borrowing Plane<Float>, _ y: Int, _ x: Int) -> Float {
    var found: [Float] = []
    for (dx, dy) in directions {
      var (u, v) = (Float(x), Float(y))
      while true {
        u += dx
        v += dy
        let (column, row) = (Int(u.rounded()), Int(v.rounded()))
        guard column >= 0, column < source.width, row >= 0, row < source.height else { break }
        if !source[row, column].isNaN {
          found.append(source[row, column])
          break
        }
      }
    }
    if found.isEmpty { return .nan }
    found.sort()
    return found[found.count / 2]
  }
}
