import Glibc
import StereoCore
import StereoMatching
import Testing

@Suite struct ADCensusTests {
  @Test func uniformImagesDifferByIntensityOnly() {
    let pair = pair([[50, 50], [50, 50]], [[60, 60], [60, 60]])
    let costs = ADCensus().costs(of: pair, over: DisparityRange(0..<1), in: context)
    // Census bits are equal: only ρ(10, 10) = 1 − 1/e is left.
    for cost in costs.costs.samples { #expect(abs(cost - Float(1 - exp(-1.0))) < 1e-6) }
  }

  @Test func bothPartsAdd() {
    let pair = noisePair(9, 7, seed: 5)
    let range = DisparityRange(0..<3)
    let census = Census(window: .nineBySeven).costs(of: pair, over: range, in: context)
    let difference = AbsoluteDifferences().costs(of: pair, over: range, in: context)
    let both = ADCensus(censusScale: 20, differenceScale: 7).costs(of: pair, over: range, in: context)
    for (x, k) in [(2, 0), (5, 1), (8, 2)] {
      let expected = 2 - exp(-census.costs[3, x, k] / 20) - exp(-difference.costs[3, x, k] / 7)
      #expect(abs(both.costs[3, x, k] - expected) < 1e-5)
    }
  }
}
