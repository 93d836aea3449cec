import StereoCore
import StereoMatching
import Testing

@Suite struct SpeckleRemovalTests {
  @Test func smallPatchesGo() {
    let found = SpeckleRemoval(size: 2, difference: 1).refine(
      map([
        [5, 5, 9, 5],
        [5, 6, 9, 5],
        [.nan, 7, 5, 5],
      ]), with: RefinementEvidence(), in: context)
    // The two nines go; 5 5 5 6 7 hang together, and so do the four fives on the right, which are too far from 7.
    #expect(found.disparities.samples.bits == [5, 5, .nan, 5, 5, 6, .nan, 5, .nan, 7, 5, 5].bits)
    #expect(found.validity[0, 2] == .speckle)
    #expect(found.validity[1, 2] == .speckle)
    #expect(found.validity[2, 0] == [])
  }

  @Test func patchesOfExactlyTheSizeGo() {
    func left(_ size: Int) -> Int {
      SpeckleRemoval(size: size, difference: 0).refine(map([[1, 1, 1, 2]]), with: RefinementEvidence(), in: context)
        .disparities.samples.filter { !$0.isNaN }.count
    }
    #expect([0, 1, 2, 3].map(left) == [4, 3, 3, 0])
  }
}
