import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct FloatEngineTests {
  /// From the second frame of a size on, all memory comes from the frame before; another size leaves none behind.
  @Test(arguments: [MatchingPipeline.RightDisparities.fromLeftCosts, .fromOwnCosts])
  func framesShareTheirMemory(right: MatchingPipeline.RightDisparities) throws {
    var pipeline = MatchingPipelineTests.full
    pipeline.rightDisparities = right
    let method = FloatEngine(pipeline, range: DisparityRange(-3..<9))
    var result = StereoResult(size: PixelSize(width: 40, height: 20), range: method.range)
    var allocations: [Int] = []
    for width in [40, 40, 40, 40, 31, 31, 31, 31] {
      try method.match(shiftedPair(width, 20, by: 4), into: &result, progress: RunProgress())
      allocations.append(method.memory.allocations)
      let alone = try pipeline.match(shiftedPair(width, 20, by: 4), over: method.range)
      #expect(result.left.disparities.samples.bits == alone.left.disparities.samples.bits)
    }
    #expect(allocations[0] > 0 && allocations[4] > allocations[3])
    #expect(allocations[1] == allocations[3] && allocations[5] == allocations[7], "\(allocations)")
  }

  @Test func asAMethod() throws {
    let method = FloatEngine(MatchingPipeline(cost: AbsoluteDifferences()), range: DisparityRange(0..<9))
    let size = PixelSize(width: 30, height: 10)
    #expect(try method.plan(for: size).peakBytes >= 30 * 10 * 9 * 4)
    var result = StereoResult(size: size, range: method.range)
    try method.match(shiftedPair(30, 10, by: 4), into: &result, progress: RunProgress())
    #expect(result.left.disparities[5, 20] == 4)
  }

  /// Whatever a cost makes of the images goes with the frame.
  @Test func costsShareTheirMemory() throws {
    let costs: [any MatchingCost] =
      MatchingCostTests.costs + [PatchCensus(), PatchAbsoluteDifferences()] as [any MatchingCost]
    for cost in costs {
      let engine = FloatEngine(MatchingPipeline(cost: cost), range: DisparityRange(0..<9))
      var result = StereoResult(size: PixelSize(width: 30, height: 20), range: engine.range)
      var allocations: [Int] = []
      for _ in 0..<4 {
        try engine.match(noisePair(30, 20), into: &result, progress: RunProgress())
        allocations.append(engine.memory.allocations)
      }
      #expect(allocations[1] == allocations[3], "\(cost): \(allocations)")
    }
  }
}
