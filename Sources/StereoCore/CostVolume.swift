public import Tensors

/// Matching costs C(y, x, d) of the left image: lower is better, NaN where there is no cost.
///
/// `[H, W, D]`; index `k` of a pixel is disparity `range.lowerBound + k`. A cell whose right pixel x − d lies outside
/// the image has no cost.
public struct CostVolume: ~Copyable, Sendable {
  /// The costs, `[H, W, D]`, in the unit of the matching cost.
  public var costs: Volume<Float>
  /// The disparities of the D planes.
  public let range: DisparityRange

  /// - Precondition: the depth of `costs` is the number of disparities of `range`.
  public init(costs: consuming Volume<Float>, range: DisparityRange) {
    precondition(
      costs.depth == range.count, "CostVolume: \(costs.depth) planes for the \(range.count) disparities of \(range)")
    self.costs = costs
    self.range = range
  }

  /// Columns, pixels.
  public var width: Int { costs.width }
  /// Rows, pixels.
  public var height: Int { costs.height }

  /// The costs of the right image as reference: R(y, x, d) = C(y, x + d, d), NaN where x + d lies outside.
  public func rightReferenced() -> CostVolume {
    var right = Volume<Float>(width: width, height: height, depth: range.count, repeating: .nan)
    for y in 0..<height {
      let source = costs.row(y)
      var target = right.mutableRow(y)
      for x in 0..<width {
        for k in 0..<range.count {
          let partner = x + range.lowerBound + k
          if partner >= 0 && partner < width { target[x * range.count + k] = source[partner * range.count + k] }
        }
      }
    }
    return CostVolume(costs: right, range: range)
  }
}
