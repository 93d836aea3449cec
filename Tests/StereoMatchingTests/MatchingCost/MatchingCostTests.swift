import Kernels
import StereoCore
import StereoMatching
import Testing

/// What every matching cost must do.
@Suite struct MatchingCostTests {
  static let costs: [any MatchingCost] = [
    AbsoluteDifferences(), AbsoluteDifferences(truncation: 20), Census(window: .fiveByFive),
    Census(window: .sevenBySeven), Census(window: .nineBySeven, isCentreSymmetric: true), ADCensus(), ZNCC(radius: 2),
    PairwiseCensus(),
  ]

  @Test(arguments: costs.indices) func noCostExactlyWhereThePartnerIsOutside(index: Int) throws {
    for (width, height, range) in awkwardCases {
      let volume = try Self.costs[index].costs(of: noisePair(width, height), over: DisparityRange(range), in: context)
      for y in 0..<height {
        for x in 0..<width {
          for (k, d) in range.enumerated() {
            let inside = (0..<width).contains(x - d)
            #expect(volume.costs[y, x, k].isNaN != inside, "\(width)×\(height), \(range), (\(y), \(x), \(d))")
          }
        }
      }
    }
  }

  @Test(arguments: costs.indices) func threadsDoNotMatter(index: Int) throws {
    let cost = Self.costs[index]
    let pair = noisePair(23, 37)
    let all = try [1, 2, 3].map { threads in
      try cost.costs(of: pair, over: DisparityRange(-3..<9), in: context(threads: threads)).costs.samples.bits
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test(arguments: costs.indices, [-4, 0, 3]) func constantDisparityIsFound(index: Int, d: Int) throws {
    let pair = shiftedPair(40, 12, by: d)
    let volume = try Self.costs[index].costs(of: pair, over: DisparityRange(-6..<7), in: context)
    let map = WinnerTakesAll().disparities(minimising: volume, in: context)
    // Windows at the border see different surroundings in both images.
    for y in 0..<12 {
      for x in 10..<30 { #expect(volume.costs[y, x, d + 6] == 0 || abs(volume.costs[y, x, d + 6]) < 1e-6) }
    }
    var right = 0
    for y in 0..<12 { for x in 10..<30 where map.disparities[y, x] == Float(d) { right += 1 } }
    // Another pixel of the row may be just as like by chance (two local maxima have one census), but not often.
    #expect(right >= 200)
  }

  @Test(arguments: costs.indices) func movingTheRightImageMovesTheDisparity(index: Int) throws {
    // R'(x) = R(x + 1), so C'(d) = C(d − 1) wherever no window meets the border.
    let left = noise(30, 9, seed: 6)
    let right = noise(31, 9, seed: 7)
    let first = try Self.costs[index].costs(
      of: pair(left, right.map { Array($0[0..<30]) }), over: DisparityRange(1..<4), in: context)
    let second = try Self.costs[index].costs(
      of: pair(left, right.map { Array($0[1..<31]) }), over: DisparityRange(2..<5), in: context)
    for x in 12..<24 {
      for k in 0..<3 { #expect(second.costs[4, x, k].bitPattern == first.costs[4, x, k].bitPattern) }
    }
  }
}
