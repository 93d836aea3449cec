public import Kernels
public import StereoCore
import Tensors

/// The median of the disparities in a window.
///
/// Of the n disparities inside the window and the image it is the one at index ⌊n/2⌋ in ascending order (so the upper of the
/// two middle ones if n is even, as at borders). Pixels without disparity take no part and stay without.
///
/// Source: MC-CNN's program (Žbontar & LeCun, JMLR 2016, section 4.3), there 5×5.
public struct MedianFilter: DisparityRefinement {
  /// Columns of the window, odd.
  public let width: Int
  /// Rows of the window, odd.
  public let height: Int
  /// The window's radii.
  public var margins: Margins { Margins(horizontal: width / 2, vertical: height / 2) }

  /// - Parameters:
  ///   - width: columns of the window.
  ///   - height: rows of the window.
  /// - Precondition: both are odd, 1 … 255.
  public init(width: Int = 5, height: Int = 5) {
    let allowed = 1...255
    precondition(
      width % 2 == 1 && height % 2 == 1 && allowed.contains(width) && allowed.contains(height),
      "MedianFilter: a window of \(height)×\(width)")
    self.width = width
    self.height = height
  }

  /// The filtered map.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let source = map.disparities.copy()
    let (rx, ry) = (width / 2, height / 2)
    context.rows(of: &map.disparities) { y, row in
      var sorted = [Float](repeating: 0, count: width * height)
      for x in row.indices where !row[x].isNaN {
        var number = 0
        for v in max(0, y - ry)...min(source.height - 1, y + ry) {
          let values = source.row(v)
          for u in max(0, x - rx)...min(source.width - 1, x + rx) where !values[u].isNaN {
            Self.insert(values[u], into: &sorted, &number)
          }
        }
        row[x] = sorted[number / 2]
      }
    }
    return map
  }

  /// Puts `value` in its place among the first `number` of `sorted`, which are ascending.
  private static func insert(_ value: Float, into sorted: inout [Float], _ number: inout Int) {
    var at = number
    while at > 0, sorted[at - 1] > value {
      sorted[at] = sorted[at - 1]
      at -= 1
    }
    sorted[at] = value
    number += 1
  }
}

extension MedianFilter {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityRefinement>(
    "median", "the median of a window",
    [
      MethodParameter(
        "median-radius", "columns and rows to each side of the centre, pixels", .whole(1...127), default: 2)
    ]
  ) { values in
    let side = 2 * values.whole("median-radius") + 1
    return [MedianFilter(width: side, height: side)]
  }
}
