import Glibc
import StereoCore
import StereoMatching
import Testing

@Suite struct LeastSumConfidenceTests {
  @Test(arguments: [(SemiGlobalMatching.Paths.three, 0.125, 4.82), (.four, 0.110, 4.91), (.eight, 0.110, 4.91)])
  func theLeastMeanCostDecides(paths: SemiGlobalMatching.Paths, a: Double, b: Double) {
    let costs = volume(width: 3, height: 1, 0..<2, [7, .nan, 30, 20, .nan, .nan])
    let found = LeastSumConfidence(paths: paths).confidence(
      of: map([[0, 1, .nan]], 0..<2), with: RefinementEvidence(costs: costs), in: context)
    for (x, cost) in [(0, 7.0), (1, 20.0)] {
      #expect(abs(Double(found.values[0, x]) - 1 / (1 + exp(a * cost - b))) < 1e-5)
    }
    #expect(found.values[0, 2] == 0)
  }
}
