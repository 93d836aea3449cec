import StereoCore
import StereoMatching
import Testing

@Suite struct InterpolateOcclusionsTests {
  @Test func fromTheLeftElseFromTheRight() {
    let found = InterpolateOcclusions().refine(
      map(
        [[.nan, 3, .nan, .nan, 7, .nan], [.nan, .nan, .nan, .nan, .nan, .nan]],
        validity: [
          [.occlusion, [], .occlusion, .mismatch, [], .occlusion], [.occlusion, [], [], [], [], []],
        ]), with: RefinementEvidence(), in: context)
    #expect(
      found.disparities.samples.bits
        == [3, 3, 3, .nan, 7, 7, .nan, .nan, .nan, .nan, .nan, .nan].bits)
    #expect(found.validity[0, 0] == [.occlusion, .filled])
    #expect(found.validity[0, 3] == .mismatch)
    #expect(found.validity[1, 0] == .occlusion)
  }

  @Test func fromTheRightInTheRightImage() {
    let found = InterpolateOcclusions().refine(
      map([[9, .nan, 4]], validity: [[[], .occlusion, []]]), with: RefinementEvidence(view: .right), in: context)
    #expect(found.disparities.samples == [9, 4, 4])
  }
}
