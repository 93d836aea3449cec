import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct BoxWindowTests {
  @Test func byHand() {
    let costs = volume(width: 3, height: 2, 0..<1, [1, 2, 6, 3, 4, 8])
    let mean = BoxWindow(horizontalRadius: 1, verticalRadius: 0).aggregate(costs, guide: noisePair(3, 2), in: context)
    #expect(mean.costs.samples == [1.5, 3, 4, 3.5, 5, 6])
  }

  @Test func cellsWithoutCostAreLeftOut() {
    // Two planes; plane 1 has no cost at x = 0.
    let costs = volume(width: 3, height: 1, 0..<2, [1, .nan, 2, 10, 6, 20])
    let mean = BoxWindow(horizontalRadius: 1, verticalRadius: 1).aggregate(costs, guide: noisePair(3, 1), in: context)
    #expect(mean.costs.samples.bits == [1.5, .nan, 3, 15, 4, 15].bits)
  }

  @Test func windowLargerThanTheImageGivesTheMeanOfAll() {
    let costs = volume(width: 2, height: 2, 0..<1, [1, 2, 3, 6])
    let mean = BoxWindow(horizontalRadius: 100, verticalRadius: 100).aggregate(
      costs, guide: noisePair(2, 2), in: context)
    #expect(mean.costs.samples == [3, 3, 3, 3])
  }

  @Test(arguments: [ReferenceView.left, .right]) func agreesWithTheDefinition(reference: ReferenceView) {
    for (width, height, range) in awkwardCases {
      let costs = noiseVolume(width: width, height: height, range, seed: 3, reference: reference)
      let mean = BoxWindow(horizontalRadius: 2, verticalRadius: 1).aggregate(
        noiseVolume(width: width, height: height, range, seed: 3, reference: reference),
        guide: noisePair(width, height), in: context)
      for y in 0..<height {
        for x in 0..<width {
          for k in 0..<range.count {
            let expected = Self.mean(costs, y, x, k)
            let found = mean.costs[y, x, k]
            #expect(expected.isNaN ? found.isNaN : abs(found - expected) < 1e-5)
          }
        }
      }
    }
  }

  static func mean(_ costs: borrowing CostVolume, _ y: Int, _ x: Int, _ k: Int) -> Float {
    if costs.costs[y, x, k].isNaN { return .nan }
    var (sum, number) = (0.0, 0.0)
    for v in max(0, y - 1)...min(costs.height - 1, y + 1) {
      for u in max(0, x - 2)...min(costs.width - 1, x + 2) where !costs.costs[v, u, k].isNaN {
        sum += Double(costs.costs[v, u, k])
        number += 1
      }
    }
    return Float(sum / number)
  }

  @Test func threadsDoNotMatter() {
    let all = [1, 2, 3].map { threads in
      BoxWindow(horizontalRadius: 3, verticalRadius: 2)
        .aggregate(
          noiseVolume(width: 40, height: 33, -4..<30, seed: 9), guide: noisePair(40, 33), in: context(threads: threads)
        ).costs.samples.bits
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }
}
