import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct LeftRightCheckTests {
  @Test func labels() {
    // Left pixels 0 … 5. x = 1: 1 − 1 = 0 has 1: passes. x = 2: 2 − 2 = 0 has 1: differs by 1 < 1.1, passes.
    // x = 3: 3 − 0 = 3 has 9; but d' = 2 leads to pixel 1, which has 2: mismatch. x = 4: 4 − 3 = 1 has 2, passes.
    // x = 5: 5 − 7 is outside: occlusion. x = 0: 0 − 0 = 0 has 1: differs by 1, passes.
    let left = map([[0, 1, 2, 0, 3, 7]], 0..<8)
    let right = map([[1, 2, .nan, 9, 9, 9]], 0..<8)
    let found = LeftRightCheck().refine(left, with: RefinementEvidence(otherMap: right), in: context)
    #expect(found.disparities.samples.bits == [0, 1, 2, .nan, 3, .nan].bits)
    #expect(found.validity.samples == [[], [], [], .mismatch, [], .occlusion])
  }

  @Test func occlusionWhereNoDisparityWouldPass() {
    // x = 2 has 1; pixel 1 has 5. d' = 0 → pixel 2 has 5, d' = 2 → pixel 0 has 5: none agrees.
    let found = LeftRightCheck().refine(
      map([[0, 0, 1]], 0..<3), with: RefinementEvidence(otherMap: map([[5, 5, 5]], 0..<3)), in: context)
    #expect(found.validity.samples == [.occlusion, .occlusion, .occlusion])
  }

  @Test func thresholdIsTheFirstDifferenceThatFails() {
    func label(_ threshold: Float) -> Validity {
      LeftRightCheck(threshold: threshold).refine(
        map([[0, 1]], 0..<2), with: RefinementEvidence(otherMap: map([[2, 9]], 0..<2)), in: context
      ).validity[0, 1]
    }
    #expect(label(1) == .occlusion)
    #expect(label(1.01) == [])
  }

  @Test func rightMapsLookToTheRight() {
    // Right pixel 0 has 1: left pixel 1 has 1, passes. Right pixel 2 has 1: left pixel 3 is outside.
    let found = LeftRightCheck().refine(
      map([[1, 1, 1]], 0..<2), with: RefinementEvidence(view: .right, otherMap: map([[7, 1, 1]], 0..<2)), in: context)
    #expect(found.disparities.samples.bits == [1, 1, .nan].bits)
  }

  @Test func pixelsWithoutDisparityAreLabelledToo() {
    let found = LeftRightCheck().refine(
      map([[.nan, .nan]], 0..<2, validity: [[.outOfView, .outOfView]]),
      with: RefinementEvidence(otherMap: map([[1, 9]], 0..<2)), in: context)
    // x = 0: d' = 0 → pixel 0 has 1, near enough. x = 1: d' = 1 → pixel 0 has 1.
    #expect(found.validity.samples == [[.outOfView, .mismatch], [.outOfView, .mismatch]])
  }
}
