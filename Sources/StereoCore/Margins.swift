/// How far a step looks in one direction.
///
/// Statistics of a whole image or volume (mean, deviation, least cost) do not count: a tile takes them as its own.
public enum Reach: Equatable, Sendable, ExpressibleByIntegerLiteral {
  /// At most so many pixels: tiles that overlap by as much give the same result as the whole.
  case pixels(Int)
  /// Further, but what is more than so many pixels away hardly changes a result.
  case settles(in: Int)
  /// As far as the image goes.
  case global

  /// So that pixels can be written as a number.
  public init(integerLiteral value: Int) { self = .pixels(value) }

  /// The reach of two steps that follow each other: pixels add up, and the less certain of the two kinds remains.
  public static func + (first: Reach, second: Reach) -> Reach {
    switch (first, second) {
    case (.global, _), (_, .global): .global
    case (.pixels(let a), .pixels(let b)): .pixels(a + b)
    case (.pixels(let a), .settles(let b)), (.settles(let a), .pixels(let b)), (.settles(let a), .settles(let b)):
      .settles(in: a + b)
    }
  }
}

/// How far a step looks beyond the pixel it computes, on each side.
///
/// Margins of steps that follow each other add up. The partner of a pixel in the other image is not counted by a step, which
/// knows no range; what composes the steps adds it, ``init(searching:)``.
public struct Margins: Equatable, Sendable {
  /// Pixels needed to the left.
  public let left: Reach
  /// Pixels needed above.
  public let top: Reach
  /// Pixels needed to the right.
  public let right: Reach
  /// Pixels needed below.
  public let bottom: Reach

  /// - Parameters:
  ///   - left: pixels needed to the left.
  ///   - top: pixels needed above.
  ///   - right: pixels needed to the right.
  ///   - bottom: pixels needed below.
  public init(left: Reach, top: Reach, right: Reach, bottom: Reach) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  /// The margins of a window with the given radii, pixels.
  public init(horizontal: Int, vertical: Int) {
    self.init(columns: .pixels(horizontal), rows: .pixels(vertical))
  }

  /// Margins that are the same on opposite sides.
  public init(columns: Reach, rows: Reach) {
    self.init(left: columns, top: rows, right: columns, bottom: rows)
  }

  /// From a left pixel to its partners in the right image: x − d for every d of the range.
  public init(searching range: DisparityRange) {
    self.init(
      left: .pixels(max(0, range.upperBound - 1)), top: 0, right: .pixels(max(0, -range.lowerBound)), bottom: 0)
  }

  /// A step that looks at its own pixel only.
  public static let none = Margins(horizontal: 0, vertical: 0)

  /// A step that looks at the whole image.
  public static let global = Margins(columns: .global, rows: .global)

  /// Margins of two steps that follow each other.
  public static func + (first: Margins, second: Margins) -> Margins {
    Margins(
      left: first.left + second.left, top: first.top + second.top, right: first.right + second.right,
      bottom: first.bottom + second.bottom)
  }
}
