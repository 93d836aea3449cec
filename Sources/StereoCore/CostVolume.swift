public import Tensors

/// Matching costs C(y, x, d) of the reference image: lower is better, NaN where there is no cost.
///
/// `[H, W, D]`; index `k` of a pixel is disparity `range.lowerBound + k`. A cell whose pixel of the other image (x − d
/// in the right one, if the left one is the reference) lies outside the image has no cost.
public struct CostVolume: ~Copyable, Sendable {
  /// The costs, `[H, W, D]`, in the unit of the matching cost.
  public var costs: Volume<Float>
  /// The disparities of the D planes.
  public let range: DisparityRange
  /// The image whose pixels (y, x) are.
  public let reference: ReferenceView

  /// - Precondition: the depth of `costs` is the number of disparities of `range`.
  public init(costs: consuming Volume<Float>, range: DisparityRange, reference: ReferenceView = .left) {
    precondition(
      costs.depth == range.count, "CostVolume: \(costs.depth) planes for the \(range.count) disparities of \(range)")
    self.costs = costs
    self.range = range
    self.reference = reference
  }

  /// Columns, pixels.
  public var width: Int { costs.width }
  /// Rows, pixels.
  public var height: Int { costs.height }

  /// The costs of the right image as reference: R(y, x, d) = C(y, x + d, d), NaN where x + d lies outside.
  ///
  /// - Precondition: the left image is the reference of this volume.
  public func rightReferenced() -> CostVolume {
    precondition(reference == .left, "CostVolume: the right image is the reference already")
    let (lower, count) = (range.lowerBound, range.count)
    var right = Volume<Float>(width: width, height: height, depth: count, repeating: .nan)
    for y in 0..<height {
      let source = costs.row(y)
      var target = right.mutableRow(y)
      for x in 0..<width {
        for k in range.planes(reachableFrom: x, width: width, reference: .right) {
          target[x * count + k] = source[(x + lower + k) * count + k]
        }
      }
    }
    return CostVolume(costs: right, range: range, reference: .right)
  }
}
