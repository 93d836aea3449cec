public import Tensors

/// How far each disparity can be trusted: `[H, W]`, 0 (not at all) … 1 (fully), never NaN.
public struct ConfidenceMap: ~Copyable, Sendable {
  /// `[H, W]`, 0 … 1.
  public var values: Plane<Float>

  /// - Parameter values: `[H, W]`, 0 … 1.
  public init(values: consuming Plane<Float>) { self.values = values }

  /// Columns, pixels.
  public var width: Int { values.width }
  /// Rows, pixels.
  public var height: Int { values.height }
}
