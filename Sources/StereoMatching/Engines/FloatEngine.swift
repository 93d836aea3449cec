import Kernels
public import StereoCore
package import Tensors

/// Carries out any recipe step by step, with volumes of floats.
public final class FloatEngine: MatchingEngine {
  /// How it is called.
  public static let name = "floats"

  /// There is none.
  public static func obstacle(to recipe: MatchingPipeline, over range: DisparityRange) -> String? { nil }

  /// What is computed.
  public let recipe: MatchingPipeline
  /// The disparities that it searches.
  public let range: DisparityRange
  /// Those of the recipe.
  public var margins: Margins { recipe.margins(over: range) }

  /// Volumes and maps between frames.
  package let memory = StoragePool()
  private let context: ComputeContext

  /// - Parameters:
  ///   - recipe: what is computed.
  ///   - range: the disparities that it searches.
  ///   - options: threads and instruction set.
  public init(_ recipe: MatchingPipeline, range: DisparityRange, options: MatchingOptions = MatchingOptions()) {
    self.recipe = recipe
    self.range = range
    context = options.context
  }

  /// Memory: the cost volume, a second one while an optimisation or aggregation works, a third one where the right image has
  /// its own costs; and some forty bytes a pixel for maps.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    let cells = try MatchingPipeline.cells(of: size, planes: range.count) * MemoryLayout<Float>.stride
    let pixels = size.width * size.height
    let (maps, threads) = (40 * pixels, context.parallel.threads)
    var volumes = recipe.optimisation == nil ? 1 : 2
    if case .fromOwnCosts = recipe.rightDisparities { volumes += 1 }
    // Two doubles for every pixel and disparity of a slab.
    let aggregates = !(recipe.aggregations.isEmpty && recipe.furtherAggregations.isEmpty)
    let slab = aggregates ? pixels * 16 * min(range.count, SupportRegionMean.slabDepth) : 0
    let scratch = recipe.cost.scratchBytes(for: size, over: range, threads: threads)
    return RunPlan(stages: [
      RunPlan.Stage(
        name: "matching cost", bytes: cells + maps + scratch,
        multiplyAdds: recipe.cost.multiplyAdds(for: size, over: range)),
      RunPlan.Stage(name: "optimisation", bytes: volumes * cells + slab + maps, multiplyAdds: 0),
      RunPlan.Stage(name: "refinement", bytes: cells + maps, multiplyAdds: 0),
    ])
  }

  /// Matches one pair; from the second frame of a size on, nothing large is allocated.
  ///
  /// - Throws: what the cost throws; ``StereoCore/StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    let context = context.following(progress)
    try memory.lend { () throws(StereoError) in result = try run(pair, in: context) }
  }

  private func run(_ pair: borrowing RectifiedPair, in context: ComputeContext) throws(StereoError) -> StereoResult {
    let (winners, share) = (WinnerTakesAll(), recipe.cost.workShare)
    let rest = context.part("optimisation", from: share)
    let cost = context.part("matching cost", upTo: share)
    var costs = try recipe.cost.costs(of: pair, over: range, in: cost)
    try cost.advance(1)
    let right: DisparityMap
    var ownRightCosts: CostVolume? = nil
    switch recipe.rightDisparities {
    case .fromLeftCosts:
      costs = regularised(costs, of: pair, in: rest)
      right = winners.disparities(minimising: costs, of: .right, in: rest)
    case .fromOwnCosts:
      let rightCosts = regularised(costs.rightReferenced(), of: pair, in: rest)
      right = winners.disparities(minimising: rightCosts, of: .right, in: rest)
      ownRightCosts = consume rightCosts
      try context.part("right image", from: share).advance(0.4)
      costs = regularised(costs, of: pair, in: rest)
    }
    let left = winners.disparities(minimising: costs, of: .left, in: rest)
    try rest.advance(0.75)

    let refining = context.part("refinement")
    var result = StereoResult(size: pair.size, range: range)
    var evidence = RefinementEvidence(view: .left, costs: costs, otherMap: right.copy())
    let measured = recipe.confidence?.confidence(of: left, with: evidence, in: refining)
    result.left = recipe.refined(left.copy(), with: evidence, in: refining)
    evidence.view = .right
    evidence.otherMap = consume left
    if let rightCosts = ownRightCosts.take() { evidence.costs = consume rightCosts }
    result.right = recipe.refined(right, with: evidence, in: refining)
    result.confidence = measured ?? MatchingPipeline.certainty(of: result.left)
    recipe.confidence?.seen.weigh(&result, of: pair, in: refining)
    try refining.advance(1)
    return result
  }

  /// Steps 2 and 3.
  private func regularised(
    _ costs: consuming CostVolume, of pair: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume {
    var costs = costs
    for aggregation in recipe.aggregations { costs = aggregation.aggregate(costs, guide: pair, in: context) }
    if let optimisation = recipe.optimisation { costs = optimisation.regularise(costs, of: pair, in: context) }
    for aggregation in recipe.furtherAggregations { costs = aggregation.aggregate(costs, guide: pair, in: context) }
    return costs
  }
}
