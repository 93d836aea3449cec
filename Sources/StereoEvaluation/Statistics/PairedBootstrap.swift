/// How sure the difference of two methods is: the percentile bootstrap over frames.
///
/// Both methods were scored on the same frames, so frames are drawn, with replacement, for both at once; what makes a
/// frame hard cancels. The number of a draw is Σ numerators / Σ denominators, so pooled numbers stay pooled.
///
///     δ_b = B(draw b) − A(draw b),  b = 1 … 10 000;   interval = the 2.5th and 97.5th percentile of δ
///
/// Source: Efron, Tibshirani, *An introduction to the bootstrap*, 1993, chapter 13.
public struct PairedBootstrap: Sendable, Equatable {
  /// A's number over all frames.
  public let first: Double
  /// B's number over all frames.
  public let second: Double
  /// B − A.
  public let difference: Double
  /// 2.5th percentile of the difference.
  public let lower: Double
  /// 97.5th percentile of the difference.
  public let upper: Double

  /// True if the interval does not contain 0.
  public var isDistinct: Bool { lower > 0 || upper < 0 }

  /// Compares two methods on the same frames, in the same order.
  ///
  /// The draws come from SplitMix64 of a fixed seed: the same frames give the same interval.
  ///
  /// - Parameters:
  ///   - first: A's shares of the number, frame by frame.
  ///   - second: B's shares.
  ///   - draws: number of draws.
  /// - Returns: `nil` if there are no frames, or the number is not defined on them.
  /// - Precondition: both have the same count.
  public init?(_ first: [Ratio], _ second: [Ratio], draws: Int = 10_000) {
    precondition(first.count == second.count, "paired bootstrap: \(first.count) and \(second.count) frames")
    guard let a = Self.number(first.indices, first), let b = Self.number(first.indices, second) else { return nil }
    var state: UInt64 = 0x5EED
    func next(below count: Int) -> Int {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return Int((z ^ (z >> 31)).multipliedFullWidth(by: UInt64(count)).high)
    }
    var differences: [Double] = []
    differences.reserveCapacity(draws)
    for _ in 0..<draws {
      let frames = first.indices.map { _ in next(below: first.count) }
      if let a = Self.number(frames, first), let b = Self.number(frames, second) { differences.append(b - a) }
    }
    guard !differences.isEmpty else { return nil }
    differences.sort()
    self.first = a
    self.second = b
    difference = b - a
    lower = differences[Int(0.025 * Double(differences.count - 1))]
    upper = differences[Int((0.975 * Double(differences.count - 1)).rounded(.up))]
  }

  private static func number(_ frames: some Sequence<Int>, _ ratios: [Ratio]) -> Double? {
    var sum = Ratio(0, 0)
    for frame in frames {
      sum.numerator += ratios[frame].numerator
      sum.denominator += ratios[frame].denominator
    }
    return sum.denominator > 0 ? sum.numerator / sum.denominator : nil
  }
}
