import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct SemiGlobalMatchingTests {
  static let classes = PathPenalties.contrastClasses(
    .init(p1: 1.5, p2: 6, q1: 3, q2: 2, verticalDivisor: 1.75, threshold: 0.9))
  static let models: [PathPenalties] = [
    .constant(p1: 1, p2: 4), .gradientAdaptive(p1: 1, p2: 40, floor: 2), classes,
    .byDifference(p1: 1, p2: (0..<256).map { 2 + 60 / Float($0 + 1) }),
  ]

  @Test func onePathByHand() {
    // A row of three pixels with two disparities, P1 = 1, P2 = 3 (all steps are of one).
    let costs = volume(width: 3, height: 1, 0..<2, [0, 4, 5, 1, 2, 2])
    let found = SemiGlobalMatching(paths: .four, penalties: .constant(p1: 1, p2: 3)).regularise(
      costs, of: noisePair(3, 1), in: context)
    // To the right: (0, 4); m = 0: (5 + 0, 1 + 1) = (5, 2); m = 2: (2 + min(5, 3) − 2, 2 + 0) = (3, 2).
    // To the left: (2, 2); m = 2: (5 + 0, 1 + 0) = (5, 1); m = 1: (0 + min(5, 2) − 1, 4 + 0) = (1, 4).
    // Up and down the only row is its own beginning: twice the cost.
    let right: [Float] = [0, 4, 5, 2, 3, 2]
    let left: [Float] = [1, 4, 5, 1, 2, 2]
    let own: [Float] = [0, 4, 5, 1, 2, 2]
    let mean: [Float] = (0..<6).map { i in (right[i] + left[i] + 2 * own[i]) / 4 }
    #expect(found.costs.samples == mean)
  }

  @Test(arguments: models.indices, SemiGlobalMatching.Paths.allCases)
  func agreesWithTheRecursion(model: Int, paths: SemiGlobalMatching.Paths) {
    for (width, height, range) in awkwardCases {
      for reference in ReferenceView.allCases {
        let guide = noisePair(width, height, seed: 21, upTo: 60)
        let costs = noiseVolume(width: width, height: height, range, seed: 22, missing: 0.2, reference: reference)
        let expected = PathRecursion(Self.models[model], costs: costs.costs.samples, range, reference, guide)
          .mean(over: paths.rawValue)
        let found = SemiGlobalMatching(paths: paths, penalties: Self.models[model]).regularise(
          costs, of: guide, in: context)
        for (a, b) in zip(found.costs.samples, expected) {
          #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-4, "\(width)×\(height), \(range), \(reference)")
        }
      }
    }
  }

  @Test func withoutPenaltiesTheCostsStay() {
    let costs = noiseVolume(width: 8, height: 6, -2..<5, seed: 2)
    let before = costs.costs.samples
    let found = SemiGlobalMatching(penalties: .constant(p1: 0, p2: 0)).regularise(
      costs, of: noisePair(8, 6), in: context)
    for (a, b) in zip(found.costs.samples, before) { #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-4) }
  }

  @Test func anOutlierGivesWayToItsSurroundings() {
    // All pixels prefer disparity 1 by 2, one prefers 0 by ½.
    var costs = [Float](repeating: 0, count: 50)
    for i in 0..<25 { costs[2 * i] = 2 }
    (costs[24], costs[25]) = (0, 0.5)
    let found = SemiGlobalMatching(penalties: .constant(p1: 1, p2: 2)).regularise(
      volume(width: 5, height: 5, 0..<2, costs), of: noisePair(5, 5), in: context)
    let winners = WinnerTakesAll().disparities(minimising: found, in: context)
    #expect(winners.disparities.samples == [Float](repeating: 1, count: 25))
  }

  @Test(arguments: models.indices) func threadsDoNotMatter(model: Int) {
    let all = [1, 2, 3].map { threads in
      SemiGlobalMatching(penalties: Self.models[model]).regularise(
        noiseVolume(width: 150, height: 19, -4..<9, seed: 9), of: noisePair(150, 19), in: context(threads: threads)
      ).costs.samples.bits
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }
}
