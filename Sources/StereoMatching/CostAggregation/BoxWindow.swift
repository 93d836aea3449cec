public import Kernels
public import StereoCore
import Tensors

/// The mean over a rectangular support window.
///
///     A(y, x, d) = mean of C(y', x', d) over |y' − y| ≤ r_y, |x' − x| ≤ r_x
///
/// Pixels outside the images and cells without cost are left out of the mean. Constant time for every cell.
///
/// Source: Scharstein & Szeliski, IJCV 2002, section 3.2.
public struct BoxWindow: CostAggregation {
  /// Columns to each side of the centre.
  public let horizontalRadius: Int
  /// Rows above and below the centre.
  public let verticalRadius: Int
  /// The window's radii.
  public var margins: Margins { Margins(horizontal: horizontalRadius, vertical: verticalRadius) }

  /// - Parameters:
  ///   - horizontalRadius: columns to each side of the centre.
  ///   - verticalRadius: rows above and below the centre.
  /// - Precondition: the radii are 0 … 2²⁰.
  public init(horizontalRadius: Int, verticalRadius: Int) {
    let allowed = 0...(1 << 20)
    precondition(
      allowed.contains(horizontalRadius) && allowed.contains(verticalRadius),
      "BoxWindow: radii \(horizontalRadius) and \(verticalRadius) pixels")
    self.horizontalRadius = horizontalRadius
    self.verticalRadius = verticalRadius
  }

  /// Mean costs, in the unit of `costs`.
  public func aggregate(
    _ costs: consuming CostVolume, guide: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume {
    precondition(
      guide.width == costs.width && guide.height == costs.height,
      "BoxWindow: costs \(costs.height)×\(costs.width), guide \(guide.height)×\(guide.width)")
    let arms = arms(width: costs.width, height: costs.height, in: context)
    SupportRegionMean().apply(to: &costs, own: arms, other: arms, in: context)
    return costs
  }

  /// The window of every pixel, cut off at the border of the image.
  private func arms(width: Int, height: Int, in context: ComputeContext) -> Plane<SupportArms> {
    let (rx, ry) = (horizontalRadius, verticalRadius)
    var arms = Plane(width: width, height: height, repeating: SupportArms(left: 0, right: 0, up: 0, down: 0))
    context.rows(of: &arms) { y, row in
      for x in row.indices {
        row[x] = SupportArms(
          left: Int32(min(rx, x)), right: Int32(min(rx, width - 1 - x)), up: Int32(min(ry, y)),
          down: Int32(min(ry, height - 1 - y)))
      }
    }
    return arms
  }
}

extension BoxWindow {
  /// How it is chosen by name.
  static let step = StepDescription<any CostAggregation>(
    "box", "the mean over a window",
    [
      MethodParameter(
        "horizontal-radius", "columns of the box to each side of its centre, pixels", .whole(0...1000), default: 3),
      MethodParameter(
        "vertical-radius", "rows of the box above and below its centre, pixels", .whole(0...1000), default: 3),
    ]
  ) { values in
    [
      BoxWindow(
        horizontalRadius: values.whole("horizontal-radius"), verticalRadius: values.whole("vertical-radius"))
    ]
  }
}
