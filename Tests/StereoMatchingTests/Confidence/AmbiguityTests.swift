import StereoCore
import StereoMatching
import Testing

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
