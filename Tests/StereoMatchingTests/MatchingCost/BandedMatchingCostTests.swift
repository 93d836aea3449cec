import Kernels
import StereoCore
import StereoMatching
import Testing

/// Costs that are computed band by band on their way to bytes.
@Suite struct BandedMatchingCostTests {
  /// Several bands, the last one not full.
  @Test(arguments: [1, 3]) func bytesAreTheRoundedCosts(threads: Int) throws {
    let costs: [any ByteMatchingCost] = [
      PatchCensus(), PatchAbsoluteDifferences(),
    ]
    for (width, height, range) in awkwardCases + [(20, 75, -3..<9)] {
      let pair = noisePair(width, height, seed: 9)
      let range = DisparityRange(range)
      for cost in costs {
        let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: 1)
        let direct = try cost.byteCosts(of: pair, over: range, quantisation, in: context(threads: threads))
        let rounded = ByteCostVolume(try cost.costs(of: pair, over: range, in: context), quantisation, in: context)
        #expect(direct.cells.samples == rounded.cells.samples, "\(width)×\(height), \(range)")
      }
    }
  }
}
