import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct PatchCensusTests {
  @Test func censusOfTwoPixelsByHand() {
    // 1×2 images: of the 80 neighbours one lies inside each image. Left pixel 1 (20) sees 10 < 20; right pixel 1 (5) sees
    // 9 < 5: no. So d = 0 differs there and in the 79 outside. Left 1 against right 0 (9): its only neighbour inside is to the
    // right, left 1's to the left; all 80 differ.
    let costs = PatchCensus().costs(of: pair([[10, 20]], [[9, 5]]), over: DisparityRange(0..<2), in: context)
    #expect(costs.costs[0, 1, 0] == 80)
    #expect(costs.costs[0, 1, 1] == 80)
    // Left 0 (10) sees 20 < 10: no; right 0 (9) sees 5 < 9: yes.
    #expect(costs.costs[0, 0, 0] == 80 && costs.costs[0, 0, 1].isNaN)
    let same = PatchCensus().costs(of: pair([[10, 20]], [[1, 2]]), over: DisparityRange(0..<1), in: context)
    #expect(same.costs.samples == [79, 79])
  }

  @Test func censusAgreesWithTheDefinition() {
    let (left, right) = (noise(14, 11, seed: 3), noise(14, 11, seed: 4))
    let costs = PatchCensus().costs(of: pair(left, right), over: DisparityRange(-2..<5), in: context)
    for y in 0..<11 {
      for x in 0..<14 {
        for d in -2..<5 {
          guard x - d >= 0, x - d < 14 else {
            #expect(costs.costs[y, x, d + 2].isNaN)
            continue
          }
          var expected = 0
          for dy in -4...4 {
            for dx in -4...4 where (dy, dx) != (0, 0) {
              let (v, u, w) = (y + dy, x + dx, x - d + dx)
              let isInside = v >= 0 && v < 11 && u >= 0 && u < 14 && w >= 0 && w < 14
              if !isInside || (left[v][u] < left[y][x]) != (right[v][w] < right[y][x - d]) { expected += 1 }
            }
          }
          #expect(costs.costs[y, x, d + 2] == Float(expected), "(\(y), \(x), \(d))")
        }
      }
    }
  }
}
