/// A direction in which a path of semi-global matching goes over the image.
struct PathDirection: Equatable, Sendable {
  /// Columns to the right with every step, −1, 0 or 1.
  let dx: Int
  /// Rows down with every step, −1, 0 or 1.
  let dy: Int

  /// To the right, to the left, down, up: of these the first three lead to no pixel from below.
  static let four = [
    PathDirection(dx: 1, dy: 0), PathDirection(dx: -1, dy: 0), PathDirection(dx: 0, dy: 1),
    PathDirection(dx: 0, dy: -1),
  ]

  /// The four, then down to the right, down to the left, up to the left, up to the right.
  static let eight =
    four + [
      PathDirection(dx: 1, dy: 1), PathDirection(dx: -1, dy: 1), PathDirection(dx: -1, dy: -1),
      PathDirection(dx: 1, dy: -1),
    ]
}
