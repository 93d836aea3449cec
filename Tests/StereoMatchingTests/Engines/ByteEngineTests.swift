import Kernels
import StereoCore
import StereoMatching
import Testing

/// A recipe in bytes against the same steps in floats.
@Suite struct ByteEngineTests {
  /// All penalties are whole, so that nothing is rounded.
  static let rule = PathPenalties.ContrastClasses(p1: 12, p2: 60, q1: 3, q2: 2, verticalDivisor: 2, threshold: 0.5)

  /// Census with the bounds that it has: its costs are whole, and stay whole in bytes of one bit each.
  struct BoundedCensus: ByteMatchingCost {
    var census = Census(window: .nineBySeven)
    var margins: Margins { census.margins }
    var bounds: ClosedRange<Float> { 0...254 }
    func costs(of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext) -> CostVolume {
      census.costs(of: pair, over: range, in: context)
    }
  }

  /// The same recipe for both engines.
  static func recipe(
    checks: Bool = true, aggregation: CrossBased? = nil, further: CrossBased? = nil
  ) -> MatchingPipeline {
    let check: [any DisparityRefinement] =
      checks ? [LeftRightCheck(threshold: 1.1), InterpolateOcclusions(), InterpolateMismatches()] : []
    return MatchingPipeline(
      cost: BoundedCensus(), aggregations: aggregation.map { [$0] } ?? [],
      optimisation: SemiGlobalMatching(paths: .four, penalties: .contrastClasses(rule)),
      furtherAggregations: further.map { [$0] } ?? [], rightDisparities: .fromOwnCosts,
      refinements: check + [
        SubpixelInterpolation(), MedianFilter(width: 5, height: 5), BilateralFilter(sigma: 1.5, threshold: 3),
      ], rightRefinements: check + [SubpixelInterpolation()],
      confidence: PathConfidence(scale: PathConfidenceScale(unit: 127)), precision: .bytes)
  }

  private func matcher(
    _ range: DisparityRange, threads: Int = 1, checks: Bool = true, aggregation: CrossBased? = nil,
    further: CrossBased? = nil
  ) -> ByteEngine {
    ByteEngine(
      Self.recipe(checks: checks, aggregation: aggregation, further: further), range: range,
      options: MatchingOptions(parallel: Parallel(threads: threads)))
  }

  /// With aggregation both pipelines round at other places: winners whose costs are nearly equal may differ.
  @Test(arguments: [(false, false, 0.0), (true, false, 0.01), (false, true, 0.01), (true, true, 0.01)])
  func agreesWithTheFloatPipeline(aggregates: Bool, aggregatesSums: Bool, differing: Double) throws {
    let range = DisparityRange(-2..<24)
    let pair = shiftedPair(90, 40, by: 9)
    let regions = aggregates ? CrossBased(armLimit: 4, threshold: 60, iterations: 2) : nil
    let further = aggregatesSums ? CrossBased(armLimit: 5, threshold: 40, iterations: 4) : nil
    var found = StereoResult(size: pair.size, range: range)
    try matcher(range, aggregation: regions, further: further).match(pair, into: &found, progress: RunProgress())
    let recipe = Self.recipe(aggregation: regions, further: further)
    var expected = StereoResult(size: pair.size, range: range)
    try FloatEngine(recipe, range: range).match(pair, into: &expected, progress: RunProgress())
    func share(_ one: [Validity], _ other: [Validity]) -> Double {
      Double(zip(one, other).count { $0 != $1 }) / Double(one.count)
    }
    #expect(share(found.left.validity.samples, expected.left.validity.samples) <= differing)
    // Away from the border the medians see the same pixels; a filled one may keep its whole disparity.
    var apart = 0
    for y in 4..<36 {
      for x in 4..<86 where !expected.left.validity[y, x].contains(.filled) {
        if !(abs(found.left.disparities[y, x] - expected.left.disparities[y, x]) < 0.2) { apart += 1 }
      }
    }
    #expect(Double(apart) <= differing * 32 * 82)
    #expect(share(found.right.validity.samples, expected.right.validity.samples) <= differing)
  }

  @Test func theResultDoesNotHangOnTheThreads() throws {
    let pair = noisePair(120, 30)
    let range = DisparityRange(0..<33)
    let all = try [1, 2, 4].map { threads in
      var found = StereoResult(size: pair.size, range: range)
      try matcher(range, threads: threads).match(pair, into: &found, progress: RunProgress())
      return [
        found.left.disparities.samples.bits, found.right.disparities.samples.bits, found.confidence.values.samples.bits,
      ]
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test func framesShareTheirMemory() throws {
    let regions = CrossBased(armLimit: 4, threshold: 60, iterations: 1)
    let matcher = matcher(DisparityRange(0..<33), aggregation: regions, further: regions)
    let pair = noisePair(60, 30)
    var found = StereoResult(size: pair.size, range: matcher.range)
    var allocations: [Int] = []
    for _ in 0..<4 {
      try matcher.match(pair, into: &found, progress: RunProgress())
      allocations.append(matcher.memory.allocations)
    }
    #expect(allocations[0] > 0 && allocations[1] == allocations[3], "\(allocations)")
  }

  @Test(arguments: [true, false]) func everySizeAndRange(checks: Bool) throws {
    for (width, height, range) in awkwardCases {
      let range = DisparityRange(range)
      var found = StereoResult(size: PixelSize(width: 1, height: 1), range: range)
      try matcher(range, checks: checks).match(noisePair(width, height), into: &found, progress: RunProgress())
      #expect(found.left.width == width && found.right.height == height)
      for value in found.left.disparities.samples where !value.isNaN {
        #expect(value >= Float(range.lowerBound) - 1 && value <= Float(range.upperBound))
      }
      for value in found.confidence.values.samples { #expect(value >= 0 && value <= 1) }
    }
  }

  @Test func thePlanGrowsWithTheVolume() throws {
    let small = try matcher(DisparityRange(0..<16)).plan(for: PixelSize(width: 100, height: 50)).peakBytes
    let large = try matcher(DisparityRange(0..<160)).plan(for: PixelSize(width: 100, height: 50)).peakBytes
    #expect(large > small + 100 * 50 * 144)
    #expect(throws: StereoError.self) {
      _ = try matcher(DisparityRange(0..<160)).plan(for: PixelSize(width: 1 << 40, height: 1 << 40))
    }
  }

  /// What a recipe asks for that bytes cannot do goes to floats, and the reason is told.
  @Test func whatItCannotDoIsTold() {
    let range = DisparityRange(0..<16)
    func choice(_ change: (inout MatchingPipeline) -> Void) -> (engine: String, reason: String) {
      var recipe = Self.recipe()
      change(&recipe)
      let choice = recipe.choice(over: range)
      return (choice.engine, choice.passedOver.last?.reason ?? "")
    }
    #expect(choice { _ in }.engine == "bytes")
    #expect(Self.recipe().engine(over: range) is ByteEngine)
    let refused = [
      choice { $0.precision = .floats }, choice { $0.cost = Census() }, choice { $0.optimisation = nil },
      choice { $0.rightDisparities = .fromLeftCosts }, choice { $0.confidence = CalibratedConfidence() },
      choice { $0.refinements.append(UniquenessCheck()) },
      choice { $0.aggregations = [BorderRepair(columns: 2), CrossBased(armLimit: 4, threshold: 3)] },
      choice { $0.aggregations = [CrossBased(armLimit: 200, threshold: 3)] },
      choice { $0.furtherAggregations = [CrossBased(armLimit: 70, threshold: 3)] },
    ]
    for choice in refused { #expect(choice.engine == "floats" && !choice.reason.isEmpty) }
    #expect(Set(refused.map(\.reason)).count == refused.count - 1, "\(refused)")
  }

  /// Columns that are replaced get no cost where their partners are outside.
  @Test func aRangeThatLeadsOutsideIsMatched() throws {
    let range = DisparityRange(-10 ..< -2)
    var recipe = Self.recipe(checks: false)
    recipe.aggregations = [BorderRepair(columns: 4)]
    #expect(recipe.choice(over: range).engine == "bytes")
    let found = try recipe.match(noisePair(20, 6), over: range)
    for y in 0..<6 {
      for x in 17..<20 { #expect(found.left.validity[y, x] == .outOfView && found.confidence.values[y, x] == 0) }
    }
  }
}
