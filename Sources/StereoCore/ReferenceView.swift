/// The image of a pair on whose pixels costs and disparities lie.
///
/// The left image is the reference unless something says otherwise.
public enum ReferenceView: Sendable, Hashable, CaseIterable {
  /// Left (x, y) matches right (x − d, y).
  case left
  /// Right (x, y) matches left (x + d, y).
  case right

  /// Column in the other image of what column `x` shows at disparity `d`: x − d from the left, x + d from the right.
  public func partner(of x: Int, at d: Int) -> Int {
    switch self {
    case .left: x - d
    case .right: x + d
    }
  }

  /// The other image.
  public var opposite: ReferenceView { self == .left ? .right : .left }
}

extension DisparityRange {
  /// The planes k whose disparity `lowerBound + k` leads from column `x` into the other image, columns `0 ..< width`.
  ///
  /// Empty where the whole range leads outside.
  public func planes(reachableFrom x: Int, width: Int, reference: ReferenceView) -> Range<Int> {
    // left: 0 ≤ x − (lowerBound + k) < width; right: 0 ≤ x + lowerBound + k < width.
    let (first, end) =
      switch reference {
      case .left: (x - lowerBound - width + 1, x - lowerBound + 1)
      case .right: (-x - lowerBound, width - x - lowerBound)
      }
    let from = min(max(first, 0), count)
    return from..<min(max(end, from), count)
  }
}
