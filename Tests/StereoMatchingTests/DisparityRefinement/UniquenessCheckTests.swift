import StereoCore
import StereoMatching
import Testing

@Suite struct UniquenessCheckTests {
  @Test func nearlyEqualCompetitorsMakeAmbiguous() {
    // Pixel 2 reaches planes 0 … 2: best 10, competitor 16. That of pixel 1 is its neighbour, so none; pixel 0 has one plane.
    func marks(_ ratio: Float) -> [Validity] {
      let costs = volume(width: 3, height: 1, 0..<3, [10, 1, 1, 10, 10.1, 1, 10, 20, 16])
      return UniquenessCheck(ratio: ratio).refine(
        map([[0, 0, 0]], 0..<3), with: RefinementEvidence(costs: costs), in: context
      ).validity.samples
    }
    #expect(marks(0.3) == [[], [], []])
    #expect(marks(0.4) == [[], [], .ambiguous])
  }

  @Test func removing() {
    let evidence = RefinementEvidence(costs: volume(width: 3, height: 1, -2..<1, [9, 9, 9, 9, 9, 9, 9, 9, 9]))
    let found = UniquenessCheck(ratio: 0, removes: true).refine(map([[0, 0, 0]], -2..<1), with: evidence, in: context)
    // Planes −2 and 0 tie at pixel 0; at pixel 1 only −1 and 0 lead inside, which are one minimum.
    #expect(found.disparities.samples.bits == [.nan, 0, 0].bits)
    #expect(found.validity.samples == [.ambiguous, [], []])
  }
}
