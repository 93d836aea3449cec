public import Kernels

extension SweepSettings {
  /// Three paths, in one sweep, which settle in 8 rows: the fastest.
  public static let realtime = SweepSettings(
    pattern: checkeredAndSymmetric, paths: .three, p1: 9, p2: adaptive(p2: 100, halving: 12, floor: 30),
    settlingRows: 8)

  /// Four paths, which settle in 16 rows.
  public static let balanced = SweepSettings(
    pattern: checkeredAndSymmetric, paths: .four, p1: 9, p2: adaptive(p2: 140, halving: 12, floor: 36))

  /// Four paths, which settle in 48 rows.
  ///
  /// Not eight: with sums in bytes the diagonals made KITTI 2012 worse, 5.75 % against 5.52 % over all 150 frames at the
  /// same penalties.
  public static let quality = SweepSettings(
    pattern: checkeredAndSymmetric, paths: .four, p1: 9, p2: adaptive(p2: 140, halving: 12, floor: 36), settlingRows: 48
  )

  /// Half of the comparisons are with the centre, half between pixels opposite each other (centre-symmetric census).
  ///
  /// The former, 16 pixels at odd city-block distances up to 3, follow fine structure; the latter, the 15 opposite pairs
  /// at even distances within 7 rows and 9 columns, bear noise on surfaces without texture better. On KITTI 2012 and
  /// Middlebury together the mixture does better than 32 of either kind. The last comparison, of the centre with itself,
  /// is never true; it fills the eighth nibble.
  public static let checkeredAndSymmetric: [CensusPair] = {
    var pairs: [CensusPair] = []
    for dy in -3...3 {
      for dx in -4...4 where (dy + dx) % 2 != 0 && abs(dy) + abs(dx) <= 3 {
        pairs.append(CensusPair((Int8(dy), Int8(dx)), (0, 0)))
      }
    }
    for dy in -3...0 {
      for dx in -4...4 where (dy + dx) % 2 == 0 && (dy < 0 || dx < 0) {
        pairs.append(CensusPair((Int8(dy), Int8(dx)), (Int8(-dy), Int8(-dx))))
      }
    }
    pairs.append(CensusPair((0, 0), (0, 0)))
    return pairs
  }()
}
