/// How far a stage looks beyond the pixel it computes, pixels on each side.
///
/// Margins of stages that follow each other add up; tiles that overlap by the sum give the same result as the whole.
public struct Margins: Equatable, Sendable {
  /// Pixels needed to the left.
  public let left: Int
  /// Pixels needed above.
  public let top: Int
  /// Pixels needed to the right.
  public let right: Int
  /// Pixels needed below.
  public let bottom: Int

  /// - Parameters:
  ///   - left: pixels needed to the left.
  ///   - top: pixels needed above.
  ///   - right: pixels needed to the right.
  ///   - bottom: pixels needed below.
  public init(left: Int, top: Int, right: Int, bottom: Int) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// The margins of a window with the given radii, pixels.
  public init(horizontal: Int, vertical: Int) {
    self.init(left: horizontal, top: vertical, right: horizontal, bottom: vertical)
  }

  /// A stage that looks at its own pixel only.
  public static let none = Margins(horizontal: 0, vertical: 0)

  /// Margins of two stages that follow each other.
  public static func + (first: Margins, second: Margins) -> Margins {
    Margins(
      left: first.left + second.left, top: first.top + second.top, right: first.right + second.right,
      bottom: first.bottom + second.bottom)
  }
}
