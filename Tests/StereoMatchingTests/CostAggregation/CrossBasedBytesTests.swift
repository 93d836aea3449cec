import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

/// Means over support regions in bytes against the plain ones in floats.
@Suite struct CrossBasedBytesTests {
  static let quantisation = CostQuantisation(bounds: 0...254, greatestPenalty: 1)

  /// Whole costs 0 … 254, some of them missing: their bytes are themselves.
  private func costs(_ width: Int, _ height: Int, _ range: Range<Int>) -> CostVolume {
    var volume = noiseVolume(width: width, height: height, range, seed: 11, upTo: 254)
    roundToWhole(&volume)
    return volume
  }

  @Test(arguments: InstructionSet.available) func agreesWithTheFloatsRoundedAfterEachIteration(
    instructionSet: InstructionSet
  ) {
    for limit in [0, 1, 5, 14, 128] {
      for (width, height, range) in awkwardCases + [(70, 23, -3..<37), (40, 60, 2..<9)] {
        let guide = noisePair(width, height, upTo: 40)
        let rule = CrossBased(armLimit: limit, threshold: 25, iterations: 2)
        var found = ByteCostVolume(costs(width, height, range), Self.quantisation, in: context)
        rule.aggregate(&found, guide: guide, in: ComputeContext(instructionSet: instructionSet))
        var expected = costs(width, height, range)
        for _ in 0..<2 {
          expected = CrossBased(armLimit: limit, threshold: 25, iterations: 1).aggregate(
            expected, guide: guide, in: context)
          roundToWhole(&expected)
        }
        var differences = 0
        for y in 0..<height {
          for x in 0..<width {
            for k in 0..<found.cells.depth {
              let cost = k < range.count ? expected.costs[y, x, k] : .nan
              let byte = cost.isNaN ? ByteCosts.noCost : UInt8(cost)
              if found.cells[y, x, k] != byte { differences += 1 }
            }
          }
        }
        #expect(differences == 0, "\(width)×\(height), \(range), arm limit \(limit)")
      }
    }
  }

  @Test func threadsDoNotMatter() {
    let all = [1, 2, 5].map { threads in
      var found = ByteCostVolume(costs(50, 31, 0..<90), Self.quantisation, in: context)
      CrossBased(armLimit: 6, threshold: 60, iterations: 3)
        .aggregate(&found, guide: noisePair(50, 31), in: context(threads: threads))
      return (0..<31).flatMap { y in (0..<50).flatMap { x in (0..<96).map { found.cells[y, x, $0] } } }
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test func aPixelAndItsPartnerHaveOneRegion() {
    // So one aggregation serves both images: turned and aggregated is aggregated and turned.
    let guide = noisePair(40, 12, upTo: 30)
    let rule = CrossBased(armLimit: 5, threshold: 12, iterations: 2)
    let turned = rule.aggregate(costs(40, 12, -2..<9).rightReferenced(), guide: guide, in: context)
    let same = rule.aggregate(costs(40, 12, -2..<9), guide: guide, in: context).rightReferenced()
    #expect(turned.costs.samples.bits == same.costs.samples.bits)
  }

  @Test func whatTheSumsCannotHoldIsTold() {
    #expect(CrossBased(armLimit: 128, threshold: 1).fitsBytes)
    #expect(!CrossBased(armLimit: 129, threshold: 1).fitsBytes)
  }
}
