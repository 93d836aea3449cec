public import Tensors

/// How far each disparity can be trusted: `[H, W]`, 0 (not at all) … 1 (fully), never NaN.
///
/// The probability that it is within 1 pixel of the truth; ``withinThreePixels(_:)`` says what that means for 3 pixels.
public struct ConfidenceMap: ~Copyable, Sendable {
  /// `[H, W]`, 0 … 1.
  public var values: Plane<Float>

  /// - Parameter values: `[H, W]`, 0 … 1.
  public init(values: consuming Plane<Float>) { self.values = values }

  /// Columns, pixels.
  public var width: Int { values.width }
  /// Rows, pixels.
  public var height: Int { values.height }

  /// The probability within 3 pixels of the truth where the one within 1 pixel is `confidence`.
  ///
  ///     P₃ = P₁ + 0.6 (1 − P₁)
  ///
  /// Of the disparities of KITTI's training frames that are more than 1 pixel away, at least 6 in 10 are within 3, whatever the
  /// confidence; where it is below 0.1, 7 to 9 in 10, since what was not seen is still filled from its surroundings.
  public static func withinThreePixels(_ confidence: Float) -> Float { confidence + 0.6 * (1 - confidence) }
}
