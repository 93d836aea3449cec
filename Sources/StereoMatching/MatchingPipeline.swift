public import Kernels
public import StereoCore
import Tensors

/// Classical stereo as one value: cost, aggregation, optimisation, winner-takes-all, refinement, confidence.
///
///     let pipeline = MatchingPipeline(
///       cost: Census(window: .nineBySeven),
///       optimisation: SemiGlobalMatching(paths: .eight, penalties: .constant(p1: 3, p2: 40)),
///       refinements: [LeftRightCheck(), SubpixelInterpolation(), MedianFilter(), BackgroundFill()])
///     let result = try pipeline.match(pair, over: DisparityRange(0, upTo: 128))
///
/// Every part can be exchanged for any other of its kind. Both images' maps come out, refined alike.
///
/// Source: Scharstein & Szeliski's taxonomy, IJCV 2002.
public struct MatchingPipeline: Sendable {
  /// Where the right image's disparities come from.
  public enum RightDisparities: Sendable {
    /// From the left image's regularised costs, along their diagonals: costs nothing more.
    case fromLeftCosts
    /// From costs that are aggregated and regularised with the right image as reference, as MC-CNN does it: twice the
    /// time of those steps and another volume.
    case fromOwnCosts
  }

  /// Step 1.
  public var cost: any MatchingCost
  /// Step 2, in this order.
  public var aggregations: [any CostAggregation]
  /// Step 3; `nil`: none, a purely local method.
  public var optimisation: (any DisparityOptimisation)?
  /// Aggregations after the optimisation (MC-CNN's second one), in this order.
  public var furtherAggregations: [any CostAggregation]
  /// Where the right image's disparities come from.
  public var rightDisparities: RightDisparities
  /// Step 4, in this order.
  public var refinements: [any DisparityRefinement]
  /// Confidence of the left image's disparities; `nil`: 1 where there is a disparity that was not filled, else 0.
  public var confidence: (any ConfidenceEstimation)?

  /// - Parameters:
  ///   - cost: step 1.
  ///   - aggregations: step 2.
  ///   - optimisation: step 3.
  ///   - furtherAggregations: aggregations after the optimisation.
  ///   - rightDisparities: where the right image's disparities come from.
  ///   - refinements: step 4.
  ///   - confidence: confidence of the left image's disparities.
  public init(
    cost: any MatchingCost, aggregations: [any CostAggregation] = [], optimisation: (any DisparityOptimisation)? = nil,
    furtherAggregations: [any CostAggregation] = [], rightDisparities: RightDisparities = .fromLeftCosts,
    refinements: [any DisparityRefinement] = [], confidence: (any ConfidenceEstimation)? = CalibratedConfidence()
  ) {
    self.cost = cost
    self.aggregations = aggregations
    self.optimisation = optimisation
    self.furtherAggregations = furtherAggregations
    self.rightDisparities = rightDisparities
    self.refinements = refinements
    self.confidence = confidence
  }

  /// The same pipeline with all its stages on the given threads.
  public func running(on parallel: Parallel) -> MatchingPipeline {
    var copy = self
    copy.cost.parallel = parallel
    for i in aggregations.indices { copy.aggregations[i].parallel = parallel }
    copy.optimisation?.parallel = parallel
    for i in furtherAggregations.indices { copy.furtherAggregations[i].parallel = parallel }
    for i in refinements.indices { copy.refinements[i].parallel = parallel }
    copy.confidence?.parallel = parallel
    return copy
  }

  /// Matches one pair.
  ///
  /// - Throws: what the cost throws; ``StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, over range: DisparityRange, progress: RunProgress = RunProgress()
  ) throws(StereoError) -> StereoResult {
    let winners = WinnerTakesAll(parallel: cost.parallel)
    let share = cost.workShare
    var costs = try cost.costs(of: pair, over: range) { (done) throws(StereoError) in
      try progress.advance("matching cost", share * done)
    }
    try progress.advance("matching cost", share)
    let right: DisparityMap
    var ownRightCosts: CostVolume? = nil
    switch rightDisparities {
    case .fromLeftCosts:
      costs = regularised(costs, of: pair)
      right = winners.disparities(minimising: costs, of: .right)
    case .fromOwnCosts:
      let rightCosts = regularised(costs.rightReferenced(), of: pair)
      right = winners.disparities(minimising: rightCosts, of: .right)
      ownRightCosts = consume rightCosts
      try progress.advance("right image", share + (1 - share) * 0.4)
      costs = regularised(costs, of: pair)
    }
    let left = winners.disparities(minimising: costs, of: .left)
    try progress.advance("optimisation", share + (1 - share) * 0.75)

    var result = StereoResult(size: pair.size, range: range)
    var context = RefinementContext(view: .left, costs: costs, otherMap: right.copy())
    let measured = confidence?.confidence(of: left, in: context)
    result.left = refined(left.copy(), in: context)
    context.view = .right
    context.otherMap = consume left
    if let rightCosts = ownRightCosts.take() { context.costs = consume rightCosts }
    result.right = refined(right, in: context)
    result.confidence = measured ?? Self.certainty(of: result.left)
    try progress.advance("refinement", 1)
    return result
  }

  /// Steps 2 and 3.
  private func regularised(_ costs: consuming CostVolume, of pair: borrowing RectifiedPair) -> CostVolume {
    var costs = costs
    for aggregation in aggregations { costs = aggregation.aggregate(costs, guide: pair) }
    if let optimisation { costs = optimisation.regularise(costs, of: pair) }
    for aggregation in furtherAggregations { costs = aggregation.aggregate(costs, guide: pair) }
    return costs
  }

  /// Step 4.
  private func refined(_ map: consuming DisparityMap, in context: borrowing RefinementContext) -> DisparityMap {
    var map = map
    for refinement in refinements { map = refinement.refine(map, in: context) }
    return map
  }

  /// 1 where there is a disparity that was not filled, else 0.
  private static func certainty(of map: borrowing DisparityMap) -> ConfidenceMap {
    var result = ConfidenceMap(values: Plane(width: map.width, height: map.height, repeating: 0))
    for y in 0..<map.height {
      for x in 0..<map.width where !map.disparities[y, x].isNaN && !map.validity[y, x].contains(.filled) {
        result.values[y, x] = 1
      }
    }
    return result
  }
}
