public import Kernels

extension SweepNumbers {
  /// Three paths, in one sweep, which settle in 8 rows: the fastest.
  public static let realtime = SweepNumbers(paths: .three, p2: 100, floor: 30, settlingRows: 8)

  /// Four paths, which settle in 16 rows.
  public static let balanced = SweepNumbers(paths: .four, p2: 140, floor: 36)

  /// Four paths, which settle in 48 rows, with penalties a third below ``balanced``: that is better in rooms (bad-1.0 of 13
  /// Middlebury training scenes 12.28 % against 12.54 %) and no worse in streets (every fourth KITTI 2012 training frame 4.41 % against
  /// 4.42 %).
  ///
  /// Not eight paths: with sums in bytes the diagonals made KITTI 2012 worse, 5.75 % against 5.52 % over all 150 frames at the
  /// penalties of ``balanced``.
  public static let quality = SweepNumbers(paths: .four, p2: 100, floor: 30, settlingRows: 48)

  /// What ModuleNet's networks were trained with: four paths, which settle in 48 rows.
  public static let ofModuleNet = SweepNumbers(paths: .four, p2: 140, floor: 36, settlingRows: 48)
}

extension SweepSettings {
  /// ``SweepNumbers/realtime``.
  public static let realtime = SweepNumbers.realtime.settings
  /// ``SweepNumbers/balanced``.
  public static let balanced = SweepNumbers.balanced.settings
  /// ``SweepNumbers/quality``.
  public static let quality = SweepNumbers.quality.settings
  /// ``SweepNumbers/ofModuleNet``.
  public static let ofModuleNet = SweepNumbers.ofModuleNet.settings

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
