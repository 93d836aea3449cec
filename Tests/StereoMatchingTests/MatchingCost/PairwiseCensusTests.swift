import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct PairwiseCensusTests {
  /// Bits: whether the left neighbour is less than the pixel, and whether it is less than the right neighbour. A neighbour outside
  /// is the nearest pixel inside.
  @Test func oneRowByHand() {
    let cost = PairwiseCensus(pattern: [
      SweepSettings.CensusPair((0, -1), (0, 0)), SweepSettings.CensusPair((0, -1), (0, 1)),
    ])
    #expect(cost.margins == Margins(horizontal: 1, vertical: 0))
    // Left 1 5 3: 1 < 1 no, 1 < 5 yes; 1 < 5 yes, 1 < 3 yes; 5 < 3 no, 5 < 3 no. Right 2 1 9: no, no; no, yes; yes, yes.
    let costs = cost.costs(of: pair([[1, 5, 3]], [[2, 1, 9]]), over: DisparityRange(0..<2), in: context)
    let found = costs.costs.samples
    #expect(found[1].isNaN)
    #expect([found[0], found[2], found[3], found[4], found[5]] == [1, 1, 2, 2, 1])
  }

  /// Comparisons of the centre with its neighbours are the plain census.
  @Test func agreesWithThePlainCensus() {
    var pattern: [SweepSettings.CensusPair] = []
    for dy in -2...2 {
      for dx in -2...2 where (dy, dx) != (0, 0) {
        pattern.append(SweepSettings.CensusPair((Int8(dy), Int8(dx)), (0, 0)))
      }
    }
    for (width, height, range) in awkwardCases {
      let images = noisePair(width, height)
      let range = DisparityRange(range)
      let found = PairwiseCensus(pattern: pattern).costs(of: images, over: range, in: context)
      let expected = Census(window: .fiveByFive).costs(of: images, over: range, in: context)
      #expect(found.costs.samples.bits == expected.costs.samples.bits)
    }
  }
}
