public import Kernels
public import StereoCore
import Tensors

/// The absolute difference of intensities, optionally truncated.
///
///     C(y, x, d) = min(|L(y, x) − R(y, x − d)|, T)
///
/// Intensities and costs are gray levels, 0 … 255. Followed by a ``BoxWindow`` it is the (truncated) sum of absolute
/// differences. Truncation keeps an occluded or reflecting pixel from outvoting its window.
///
/// Source: Scharstein & Szeliski, IJCV 2002, section 3.1.
public struct AbsoluteDifferences: MatchingCost {
  /// The greatest cost T, gray levels; `nil`: not truncated.
  public var truncation: Float?
  /// It looks at its own pixel only.
  public var margins: Margins { .none }

  /// - Parameters:
  ///   - truncation: the greatest cost, gray levels; `nil`: not truncated.
  /// - Precondition: `truncation` is positive.
  public init(truncation: Float? = nil) {
    if let truncation { precondition(truncation > 0, "AbsoluteDifferences: truncation at \(truncation) gray levels") }
    self.truncation = truncation
  }

  /// `[H, W, D]` absolute differences, gray levels.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    let limit = truncation ?? 255
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    context.rows(of: &costs) { y, row in
      let (left, right) = (pair.leftGray.row(y), pair.rightGray.row(y))
      for x in 0..<width {
        let intensity = Float(left[x])
        for k in range.planes(reachableFrom: x, width: width, reference: .left) {
          row[x * count + k] = min(abs(intensity - Float(right[x - lower - k])), limit)
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }
}

extension AbsoluteDifferences {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "absolute-differences", "the simplest, for equal exposure",
    [
      MethodParameter(
        "truncation", "the greatest difference, gray levels: an occluded pixel shall not outvote its window",
        .number(1...255), default: 255)
    ], suits: ["p1": 10, "p2": 80]
  ) { [AbsoluteDifferences(truncation: $0.number("truncation"))] }
}
