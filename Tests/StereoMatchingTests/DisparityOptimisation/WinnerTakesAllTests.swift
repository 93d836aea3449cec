import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct WinnerTakesAllTests {
  @Test func leastCostWinsAndTiesGoToTheLeastDisparity() {
    let costs = volume(width: 4, height: 1, 3..<6, [5, 1, 2, 4, 2, 2, .nan, 9, 8, .nan, .nan, .nan])
    let map = WinnerTakesAll().disparities(minimising: costs, in: context)
    #expect(map.disparities.samples.bits == [4, 4, 5, .nan].bits)
    #expect(map.validity.samples == [[], [], .rangeBorder, .outOfView])
  }

  @Test func infiniteCostsAreCosts() {
    let costs = volume(width: 1, height: 1, 0..<3, [.nan, .infinity, .infinity])
    #expect(WinnerTakesAll().disparities(minimising: costs, in: context).disparities.samples == [1])
  }

  @Test func rightDisparitiesLieOnDiagonals() {
    // C(x, d): x = 0: 5, –; x = 1: 4, 1; x = 2: 3, 2. Right pixel 0 sees C(0, 0) = 5 and C(1, 1) = 1.
    let costs = volume(width: 3, height: 1, 0..<2, [5, .nan, 4, 1, 3, 2])
    let map = WinnerTakesAll().disparities(minimising: costs, of: .right, in: context)
    #expect(map.disparities.samples == [1, 1, 0])
  }

  @Test(arguments: awkwardCases.indices) func diagonalScanEqualsTheRightReferencedVolume(index: Int) {
    let (width, height, range) = awkwardCases[index]
    let costs = noiseVolume(width: width, height: height, range, seed: 12)
    let right = costs.rightReferenced()
    let winners = WinnerTakesAll()
    let scanned = winners.disparities(minimising: costs, of: .right, in: context)
    let straight = winners.disparities(minimising: right, of: .right, in: context)
    #expect(scanned.disparities.samples.bits == straight.disparities.samples.bits)
    #expect(scanned.validity.samples == straight.validity.samples)
    // And back: a volume of the right image holds the left one's costs.
    let back = winners.disparities(minimising: right, of: .left, in: context)
    #expect(
      back.disparities.samples.bits == winners.disparities(minimising: costs, in: context).disparities.samples.bits)
  }
}
