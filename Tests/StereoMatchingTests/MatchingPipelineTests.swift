import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct MatchingPipelineTests {
  static let full = MatchingPipeline(
    cost: Census(window: .sevenBySeven), aggregations: [CrossBased(armLimit: 4, threshold: 30, iterations: 1)],
    optimisation: SemiGlobalMatching(penalties: .constant(p1: 3, p2: 30)),
    furtherAggregations: [BoxWindow(horizontalRadius: 1, verticalRadius: 1)],
    refinements: [
      LeftRightCheck(), UniquenessCheck(), SpeckleRemoval(size: 5), InterpolateOcclusions(), InterpolateMismatches(),
      SubpixelInterpolation(), MedianFilter(width: 3, height: 3), BilateralFilter(sigma: 1, threshold: 2),
      BackgroundFill(),
    ])

  @Test(arguments: [-5, 0, 7]) func constantDisparityComesOutInBothMaps(d: Int) throws {
    let found = try Self.full.match(shiftedPair(48, 20, by: d), over: DisparityRange(-8..<12))
    for y in 0..<20 {
      for x in 12..<36 {
        #expect(abs(found.left.disparities[y, x] - Float(d)) < 0.25)
        #expect(abs(found.right.disparities[y, x] - Float(d)) < 0.25)
      }
    }
    #expect(found.left.fractions().valid == 1)
    // Only the columns that one camera sees alone were filled.
    #expect(found.left.fractions().filled < 0.3)
  }

  @Test(arguments: [MatchingPipeline.RightDisparities.fromLeftCosts, .fromOwnCosts])
  func everySizeAndRange(right: MatchingPipeline.RightDisparities) throws {
    var pipeline = Self.full
    pipeline.rightDisparities = right
    for (width, height, range) in awkwardCases {
      let found = try pipeline.match(noisePair(width, height), over: DisparityRange(range))
      #expect(found.left.width == width && found.right.height == height)
      for value in found.left.disparities.samples where !value.isNaN {
        #expect(value >= Float(range.lowerBound) - 1 && value <= Float(range.upperBound))
      }
    }
  }

  @Test func aMirroredPairGivesTheMirroredRightMap() throws {
    // Left and right exchange their roles when both images are mirrored. (Correlations do not tie, so that the order of
    // sums, which mirroring changes, decides nothing.)
    var pipeline = Self.full
    pipeline.cost = ZNCC(radius: 1)
    pipeline.optimisation = SemiGlobalMatching(penalties: .constant(p1: 0.1, p2: 0.5))
    pipeline.rightDisparities = .fromOwnCosts
    pipeline.refinements = [LeftRightCheck(), SubpixelInterpolation()]
    let (left, right) = (noise(20, 9, seed: 40, upTo: 90), noise(20, 9, seed: 41, upTo: 90))
    func mirrored(_ rows: [[UInt8]]) -> [[UInt8]] { rows.map { $0.reversed() } }
    let range = DisparityRange(-2..<6)
    let first = try pipeline.match(pair(left, right), over: range)
    let second = try pipeline.match(pair(mirrored(right), mirrored(left)), over: range)
    for y in 0..<9 {
      for x in 0..<20 {
        let (a, b) = (first.right.disparities[y, x], second.left.disparities[y, 19 - x])
        #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-3)
      }
    }
  }

  @Test func threadsDoNotMatter() throws {
    var all: [[UInt32]] = []
    for threads in [1, 2, 3] {
      let found = try Self.full.running(on: Parallel(threads: threads)).match(
        noisePair(70, 21), over: DisparityRange(-3..<14))
      all.append(
        (found.left.disparities.samples + found.right.disparities.samples + found.confidence.values.samples).bits)
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test func cancellingEndsTheRun() {
    let progress = RunProgress()
    progress.cancel()
    #expect(throws: StereoError.cancelled) {
      _ = try Self.full.match(noisePair(4, 4), over: DisparityRange(0..<2), progress: progress)
    }
  }

  /// From the second frame of a size on, all memory comes from the frame before; another size leaves none behind.
  @Test(arguments: [MatchingPipeline.RightDisparities.fromLeftCosts, .fromOwnCosts])
  func framesShareTheirMemory(right: MatchingPipeline.RightDisparities) throws {
    var pipeline = Self.full
    pipeline.rightDisparities = right
    let method = PipelineMethod(pipeline, range: DisparityRange(-3..<9))
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
    let method = PipelineMethod(MatchingPipeline(cost: AbsoluteDifferences()), range: DisparityRange(0..<9))
    let size = PixelSize(width: 30, height: 10)
    #expect(try method.plan(for: size).peakBytes >= 30 * 10 * 9 * 4)
    var result = StereoResult(size: size, range: method.range)
    try method.match(shiftedPair(30, 10, by: 4), into: &result, progress: RunProgress())
    #expect(result.left.disparities[5, 20] == 4)
  }
}
