import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct MedianFilterTests {
  @Test func byHand() {
    let found = MedianFilter(width: 3, height: 3).refine(
      map([[1, 2, 3], [4, 50, 6], [7, 8, 9]]), with: RefinementEvidence(), in: context)
    // Centre: 1 2 3 4 6 7 8 9 50 → index 4. Corner: 1 2 4 50 → index 2. Edge: 1 2 3 4 6 50 → index 3.
    #expect(found.disparities.samples == [4, 4, 6, 7, 6, 8, 8, 8, 9])
  }

  @Test func pixelsWithoutDisparityTakeNoPart() {
    let found = MedianFilter(width: 3, height: 1).refine(
      map([[1, .nan, 3, 9, 2]]), with: RefinementEvidence(), in: context)
    #expect(found.disparities.samples.bits == [1, .nan, 9, 3, 9].bits)
  }

  @Test(arguments: [(1, 1), (3, 1), (5, 3), (11, 11)]) func agreesWithSorting(width: Int, height: Int) {
    var dice = Dice(4)
    let rows = (0..<9).map { _ in (0..<13).map { _ in Float.random(in: 0..<9, using: &dice).rounded() } }
    let all = [1, 2, 3].map { threads in
      MedianFilter(width: width, height: height)
        .refine(map(rows), with: RefinementEvidence(), in: context(threads: threads)).disparities.samples
    }
    #expect(all[0] == all[1] && all[0] == all[2])
    for y in 0..<9 {
      for x in 0..<13 {
        let window = rows[max(0, y - height / 2)...min(8, y + height / 2)]
          .flatMap { $0[max(0, x - width / 2)...min(12, x + width / 2)] }.sorted()
        #expect(all[0][y * 13 + x] == window[window.count / 2])
      }
    }
  }
}
