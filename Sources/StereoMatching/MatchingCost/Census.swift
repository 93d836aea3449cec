public import Kernels
public import StereoCore
import Tensors

/// The Hamming distance of census transforms.
///
///     C(y, x, d) = popcount( census(L)(y, x) ⊕ census(R)(y, x − d) )
///
/// Costs are numbers of differing bits, 0 … ``CensusTransform/bitCount``. They do not change when either image's
/// intensities go through any increasing function, so different exposure or gain does not matter.
///
/// Source: Zabih & Woodfill, Non-parametric local transforms for computing visual correspondence, ECCV 1994.
public struct Census: MatchingCost {
  /// Window and kind of comparison.
  public var transform: CensusTransform
  /// The window's radii.
  public var margins: Margins {
    Margins(horizontal: transform.window.horizontalRadius, vertical: transform.window.verticalRadius)
  }

  /// - Parameters:
  ///   - window: width and height of the census window.
  ///   - isCentreSymmetric: whether opposite neighbours are compared with each other instead of with the centre.
  public init(
    window: CensusTransform.Window = .nineBySeven, isCentreSymmetric: Bool = false
  ) {
    transform = CensusTransform(window: window, isCentreSymmetric: isCentreSymmetric)
  }

  /// `[H, W, D]` Hamming distances, bits.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    let leftCensus = transform(pair.leftGray, in: context)
    let rightCensus = transform(pair.rightGray, in: context)
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    context.rows(of: &costs) { y, row in
      let (left, right) = (leftCensus.row(y), rightCensus.row(y))
      for x in 0..<width {
        let bits = left[x]
        for k in range.planes(reachableFrom: x, width: width, reference: .left) {
          row[x * count + k] = Float((bits ^ right[x - lower - k]).nonzeroBitCount)
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }
}

extension Census {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "census", "bears different exposure and gain", CensusTransform.parameters, suits: ["p1": 4, "p2": 60]
  ) { values in
    let transform = CensusTransform(values)
    return [Census(window: transform.window, isCentreSymmetric: transform.isCentreSymmetric)]
  }
}
