import StereoCore
import StereoMatching
import Testing

@Suite struct InterpolateMismatchesTests {
  @Test func medianOfSixteenDirections() {
    // Every direction ends after one step; half pixels round away from zero, 0.5 to 1 and 1.5 to 2.
    let found = InterpolateMismatches().refine(
      map(
        [[1, 2, 3], [4, .nan, 5], [6, 7, 8]], validity: [[[], [], []], [[], .mismatch, []], [[], [], []]]),
      with: RefinementEvidence(), in: context)
    // From (0, 1) around: 7 7 6 6 4 4 1 2 2 3 3 5 5 8 8 8; ascending, index 8.
    #expect(found.disparities[1, 1] == 5)
    #expect(found.validity[1, 1] == [.mismatch, .filled])
  }

  @Test func occlusionsAreLeftAloneAndSpecklesAreNot() {
    let found = InterpolateMismatches().refine(
      map([[2, .nan, .nan, 6]], validity: [[[], .occlusion, .speckle, []]]), with: RefinementEvidence(), in: context)
    // x = 2: 2 and 6 (beside the other fourteen directions, which leave the image): index 1.
    #expect(found.disparities.samples.bits == [2, .nan, 6, 6].bits)
    #expect(found.validity[0, 2] == [.speckle, .filled])
  }

  @Test func nothingAroundNothingFilled() {
    let found = InterpolateMismatches().refine(
      map([[.nan]], validity: [[.mismatch]]), with: RefinementEvidence(), in: context)
    #expect(found.disparities[0, 0].isNaN)
    #expect(found.validity[0, 0] == .mismatch)
  }
}
