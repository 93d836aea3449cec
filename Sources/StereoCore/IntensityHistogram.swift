import Tensors

/// How often each sample of 16 bits occurs in one view or in both, and the scale that follows.
///
/// With n samples other than 0, up to min(max(n / 1000, 128), n / 50) of them on either side are outliers: hot and dead pixels,
/// reflections. 0 is not counted, as rectified pictures have it where there is no image. Of the others,
///
/// - b is the number of bits of the greatest, t that of the low bits that are 0 in all. Sensors deliver 8, 10, 12, 14 or 16 bits:
///   b is rounded up to one of these, or b − t and t added again where that is less, so that a dark picture stays dark.
/// - An offset is taken off where the samples least … greatest begin at an eighth of their span or later, span less than a
///   quarter of the range 0 ... white, and have more different values than would be left in 8 bits.
struct IntensityHistogram: Sendable {
  /// Number of each sample; empty until the first view is counted.
  private var counts: [UInt32] = []

  /// Forgets what was counted.
  mutating func clear() {
    if counts.isEmpty {
      counts = [UInt32](repeating: 0, count: 1 << 16)
    } else {
      for index in counts.indices { counts[index] = 0 }
    }
  }

  /// Counts all samples of an image of 16 bits, or those where `mask` is not 0.
  ///
  /// - Precondition: ``clear()`` was called; the mask has the size of the image.
  mutating func count(_ image: borrowing Image, mask: borrowing Plane<UInt8>?) {
    let channels = image.format.bytesPerPixel / 2
    var counts = counts.mutableSpan
    for y in 0..<image.height {
      let row = image.bytes.row(y)
      switch mask {
      case .none: for at in 0..<(image.width * channels) { counts[Int(Image.sample16(row, 2 * at))] += 1 }
      case .some(let mask):
        let isImage = mask.row(y)
        for at in 0..<(image.width * channels) where isImage[at / channels] != 0 {
          counts[Int(Image.sample16(row, 2 * at))] += 1
        }
      }
    }
  }

  /// The scale for what was counted.
  ///
  /// - Parameter declared: the white that the files declare, if they do.
  func scale(declaredWhite declared: UInt16?) -> IntensityScale {
    let total = counts.dropFirst().reduce(0) { $0 + Int($1) }
    let outliers = min(max(total / 1000, 128), total / 50)
    let usual: IntensityScale
    let white: Int
    let (least, greatest) = (least(above: outliers), greatest(above: outliers))
    if let declared, declared > 0 {
      usual = IntensityScale(declaredWhite: declared)
      white = Int(declared)
    } else {
      let bits = significantBits(greatest: greatest, outliers: outliers)
      usual = .significantBits(bits, declared: false)
      white = 1 << bits - 1
    }
    let span = greatest - least
    guard span > 0, 8 * least >= span, 4 * span < white else { return usual }
    let values = counts[least...greatest].reduce(0) { $0 + ($1 > 0 ? 1 : 0) }
    guard values > span * 256 / (white + 1) + 1 else { return usual }
    // An eighth of the span more on either side, where there are samples: a small warm thing is what a thermal picture is for.
    return .offset(
      black: UInt16(max(least - span / 8, self.least(above: 0))),
      white: UInt16(min(greatest + span / 8, self.greatest(above: 0))))
  }

  /// The least sample other than 0 with more than `outliers` samples up to it; 0 where there is none.
  private func least(above outliers: Int) -> Int {
    var seen = 0
    for value in 1..<counts.count {
      seen += Int(counts[value])
      if seen > outliers { return value }
    }
    return 0
  }

  /// The greatest sample with more than `outliers` samples from it on; 0 where there is none.
  private func greatest(above outliers: Int) -> Int {
    var seen = 0
    for value in (1..<counts.count).reversed() {
      seen += Int(counts[value])
      if seen > outliers { return value }
    }
    return 0
  }

  /// 8 … 16.
  private func significantBits(greatest: Int, outliers: Int) -> Int {
    var lowest = [Int](repeating: 0, count: 16)
    for value in 1..<counts.count { lowest[value.trailingZeroBitCount] += Int(counts[value]) }
    var (empty, seen) = (0, lowest[0])
    while empty < 8, seen <= outliers {
      empty += 1
      seen += lowest[empty]
    }
    let bits = Int.bitWidth - greatest.leadingZeroBitCount
    func delivered(atLeast bits: Int) -> Int { [8, 10, 12, 14, 16].first { $0 >= bits } ?? 16 }
    return min(delivered(atLeast: bits), empty + delivered(atLeast: bits - empty))
  }
}
