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
