import StereoCore
import StereoMatching
import Testing

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
