import StereoCore
import Tensors

extension CostVolume {
  /// The cost of pixel (y, x) of `view` at plane `k`, read where this volume has it; NaN where it has none.
  ///
  /// Left and right pixels that match share a cell: R(y, x, d) = C(y, x + d, d). So the costs of either view are read
  /// from a volume of the other one along its diagonals, without a copy.
  @inline(__always)
  func cost(_ y: Int, _ x: Int, plane k: Int, of view: ReferenceView) -> Float {
    if view == reference { return costs[y, x, k] }
    let column = view.partner(of: x, at: range.lowerBound + k)
    return column >= 0 && column < width ? costs[y, column, k] : .nan
  }
}
