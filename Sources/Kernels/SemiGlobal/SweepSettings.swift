/// What a semi-global sweep computes: census pattern, paths, penalties.
public struct SweepSettings: Sendable, Equatable {
  /// Which neighbours a pixel's path costs come from.
  public enum Paths: Int, Sendable, CaseIterable {
    /// From above, left and right: one sweep down the image.
    case three = 3
    /// Also from below.
    case four = 4
    /// Also along the diagonals.
    case eight = 8
  }

  /// 32 or 64 pairs of pixels that the census compares: bit k is I(y + dy1, x + dx1) < I(y + dy2, x + dx2).
  public var pattern: [CensusPair]
  /// The paths.
  public var paths: Paths
  /// Penalty of a step of one disparity, bits of the census.
  public var p1: UInt8
  /// Penalty of a larger step, bits of the census, by the gray difference of the two pixels in the left image (256
  /// values).
  public var p2: [UInt8]
  /// Rows beyond a band in which paths settle that come from other rows.
  public var settlingRows: Int
  /// Bands have at most this many rows.
  public var bandRows: Int

  /// Two pixels that the census compares, relative to its centre; each coordinate within ±8.
  public struct CensusPair: Sendable, Equatable {
    /// Row and column of the first pixel.
    public var first: (dy: Int8, dx: Int8)
    /// Row and column of the second pixel.
    public var second: (dy: Int8, dx: Int8)

    /// A comparison of two pixels.
    public init(_ first: (dy: Int8, dx: Int8), _ second: (dy: Int8, dx: Int8)) {
      self.first = first
      self.second = second
    }

    /// Whether both compare the same pixels.
    public static func == (a: CensusPair, b: CensusPair) -> Bool { a.first == b.first && a.second == b.second }
  }

  /// - Parameters:
  ///   - pattern: 32 or 64 comparisons.
  ///   - paths: the paths.
  ///   - p1: penalty of a step of one disparity.
  ///   - p2: penalty of a larger step by gray difference, 256 values of `p1` … 191.
  ///   - settlingRows: rows in which paths settle beyond a band.
  ///   - bandRows: the most rows of a band.
  /// - Precondition: as the parameters say.
  public init(pattern: [CensusPair], paths: Paths, p1: UInt8, p2: [UInt8], settlingRows: Int = 16, bandRows: Int = 96) {
    precondition(
      pattern.count == 32 || pattern.count == 64, "SweepSettings: \(pattern.count) comparisons, not 32 or 64")
    precondition(
      pattern.allSatisfy {
        abs($0.first.dy) <= 8 && abs($0.first.dx) <= 8 && abs($0.second.dy) <= 8 && abs($0.second.dx) <= 8
      },
      "SweepSettings: a comparison beyond ±8 pixels")
    precondition(p2.count == 256 && p2.allSatisfy { $0 >= p1 && $0 <= 191 }, "SweepSettings: P2 outside P1 … 191")
    precondition(
      settlingRows >= 0 && bandRows > 0, "SweepSettings: bands of \(bandRows), settling in \(settlingRows) rows")
    self.pattern = pattern
    self.paths = paths
    self.p1 = p1
    self.p2 = p2
    self.settlingRows = settlingRows
    self.bandRows = bandRows
  }

  /// P2 that falls with the gray difference g of the two pixels:
  ///
  ///     P2(g) = max(floor, P2 / (1 + g / halving))
  ///
  /// rounded to the nearest. Source: Hirschmüller, TPAMI 2008, section 2.3, whose P2 / g knows neither `halving` nor `floor`.
  public static func adaptive(p2: Double, halving: Double, floor: Double) -> [UInt8] {
    (0..<256).map { UInt8(max(floor, p2 / (1 + Double($0) / halving)).rounded()) }
  }
}
