import StereoCore
import StereoMatching
import Testing

@Suite struct CalibratedConfidenceTests {
  @Test func everyPixelHasAConfidenceBetweenZeroAndOne() {
    for (width, height, range) in awkwardCases {
      let costs = noiseVolume(width: width, height: height, range, seed: 31)
      let winners = WinnerTakesAll()
      let left = winners.disparities(minimising: costs, in: context)
      let right = winners.disparities(minimising: costs, of: .right, in: context)
      let found = CalibratedConfidence().confidence(
        of: left, with: RefinementEvidence(costs: costs, otherMap: right), in: context)
      #expect(found.values.samples.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  @Test func aSharpConsistentMinimumIsTrustedMoreThanAnInconsistentOne() throws {
    // Constant disparity 3: right away from the border; the strip that only the left camera sees is not.
    let pipeline = MatchingPipeline(cost: Census(), optimisation: nil)
    let found = try pipeline.match(shiftedPair(60, 12, by: 3), over: DisparityRange(0..<16))
    #expect(found.confidence.values[6, 40] > 0.9)
    #expect(found.confidence.values[6, 0] < 0.5)
  }
}
