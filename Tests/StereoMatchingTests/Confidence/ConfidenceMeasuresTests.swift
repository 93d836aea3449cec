import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct PeakRatioTests {
  @Test func byHand() {
    // Pixel 2 has all planes: best 3 in the middle, so no competitor; then best 2 at plane 0, competitor 8 at plane 2.
    func measure(_ costs: [Float]) -> Float {
      let all = [Float](repeating: 5, count: 6) + costs
      let evidence = RefinementEvidence(costs: volume(width: 3, height: 1, 0..<3, all))
      return PeakRatio().measure(map([[0, 0, 0]], 0..<3), with: evidence, in: context)[0, 2]
    }
    #expect(measure([4, 3, 4]) == 0)
    #expect(measure([2, 3, 8]) == 0.75)
    #expect(measure([4, 9, 4]) == 0)
    #expect(measure([0, 9, 4]) == 1)
    // Negative costs are measured from the least of the volume, −2 here.
    #expect(measure([-2, 0, 4]) == 1)
  }
}

@Suite struct LeftRightDistanceTests {
  @Test func byHand() {
    let evidence = RefinementEvidence(otherMap: map([[1, 4, .nan, 9]]))
    let found = LeftRightDistance().measure(map([[3, 1, 1, 1]]), with: evidence, in: context)
    // x = 0 leads outside; 1 − 1 → 1; 2 − 1 → 4; 3 − 1 → none.
    #expect(found.samples == [LeftRightDistance.greatest, 0, 3, LeftRightDistance.greatest])
    let right = LeftRightDistance().measure(
      map([[1.4, 1, 1, 1]]), with: RefinementEvidence(view: .right, otherMap: map([[1, 4, .nan, 9]])), in: context)
    #expect(abs(right[0, 0] - 2.6) < 1e-6)
  }
}

@Suite struct AmbiguityTests {
  @Test func byHand() {
    // Costs are 0 … 1 already. Pixel 2: the best counts for all 70 η, the one 0.5 above it for η = 0.5 … 0.69, the one 1
    // above it for none. Pixel 0 has one cost and two disparities without.
    let costs = volume(width: 3, height: 1, 0..<3, [0, .nan, .nan, 0, 0, .nan, 0, 0.5, 1])
    let found = Ambiguity().measure(map([[0, 0, 0]], 0..<3), with: RefinementEvidence(costs: costs), in: context)
    #expect(found.samples == [1, 1, Float(70 + 20) / 210])
  }

  @Test func scaleAndOffsetOfTheCostsDoNotMatter() {
    let costs: [Float] = [0, 0, 0, 0, 0, 0, 0, 0.25, 1]
    func measure(_ costs: [Float]) -> [Float] {
      Ambiguity().measure(
        map([[0, 0, 0]], 0..<3), with: RefinementEvidence(costs: volume(width: 3, height: 1, 0..<3, costs)), in: context
      ).samples
    }
    #expect(measure(costs) == measure(costs.map { 8 * $0 - 3 }))
  }
}

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
