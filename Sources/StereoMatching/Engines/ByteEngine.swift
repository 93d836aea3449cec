import Kernels
public import StereoCore
package import Tensors

/// Carries out MC-CNN's kind of recipe over costs in bytes: ten times as fast as floats.
///
/// 1. costs in bytes, ``ByteMatchingCost``; where there is one, the cross-based aggregation, ``Kernels/CrossBasedMeans``, whose
///    regions are the same for a pixel and its partner and so serve both images;
/// 2. four paths with penalties by contrast and their winners, ``Kernels/ByteSemiGlobal``; for the left image, then for the right
///    one, for which the same volume is turned in place; where there is a second cross-based aggregation, the sums of the
///    paths are kept, two bytes each, and averaged by ``Kernels/CrossBasedMeans`` before the winners are taken;
/// 3. the recipe's refinements, with the winners' own parabolas for sub-pixels and the median in fixed point.
///
/// Memory: one byte for every pixel and disparity, half of that again for the paths, two for sums that are averaged, 70 bytes
/// a pixel for maps.
///
/// What is rounded, and where it differs from floats besides, ``MatchingPipeline/Precision/bytes`` says.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.
public final class ByteEngine: MatchingEngine {
  /// How it is called.
  public static let name = "bytes"

  /// What is computed.
  public let recipe: MatchingPipeline
  /// The disparities that it searches.
  public let range: DisparityRange
  /// Those of the recipe.
  public var margins: Margins { recipe.margins(over: range) }

  /// Volumes and maps between frames.
  package let memory = StoragePool()
  private let steps: ByteSteps
  private let context: ComputeContext

  /// Why it cannot carry out `recipe`.
  public static func obstacle(to recipe: MatchingPipeline, over range: DisparityRange) -> String? {
    switch ByteSteps.reading(recipe) {
    case .success: nil
    case .failure(let obstacle): obstacle.reason
    }
  }

  /// - Parameters:
  ///   - recipe: what is computed.
  ///   - range: the disparities that it searches.
  ///   - options: threads and instruction set.
  /// - Precondition: there is no ``obstacle(to:over:)``.
  public init(_ recipe: MatchingPipeline, range: DisparityRange, options: MatchingOptions = MatchingOptions()) {
    switch ByteSteps.reading(recipe) {
    case .success(let steps): self.steps = steps
    case .failure(let obstacle): preconditionFailure("ByteEngine: \(obstacle.reason)")
    }
    self.recipe = recipe
    self.range = range
    context = options.context
  }

  /// The volume with what the cost needs besides and with the paths: of frames one after another.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    _ = try MatchingPipeline.cells(of: size, planes: ByteCosts.depth(planes: range.count))
    let cells = size.width * size.height * ByteCosts.depth(planes: range.count)
    let (maps, threads) = (70 * size.width * size.height, context.parallel.threads)
    let paths = ByteSemiGlobal.scratchBytes(width: size.width, height: size.height, planes: range.count)
    func averaging(_ aggregation: CrossBased?, ofSums: Bool) -> Int {
      aggregation?.scratchBytes(for: size, planes: range.count, threads: threads, ofSums: ofSums) ?? 0
    }
    // From the second frame on these wait while costs are computed.
    let kept = paths + (steps.furtherAggregation == nil ? 0 : 2 * cells)
    return RunPlan(stages: [
      RunPlan.Stage(
        name: "matching cost",
        bytes: cells + maps + steps.cost.byteScratchBytes(for: size, over: range, threads: threads) + kept,
        multiplyAdds: steps.cost.multiplyAdds(for: size, over: range)),
      RunPlan.Stage(
        name: "aggregation", bytes: cells + maps + averaging(steps.aggregation, ofSums: false), multiplyAdds: 0),
      RunPlan.Stage(
        name: "optimisation", bytes: cells + maps + kept + averaging(steps.furtherAggregation, ofSums: true),
        multiplyAdds: 0),
    ])
  }

  /// Matches one pair; from the second frame of a size on, no volume is allocated.
  ///
  /// - Throws: what the cost throws; ``StereoCore/StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    let context = context.following(progress)
    try memory.lend { () throws(StereoError) in try run(pair, into: &result, in: context) }
  }

  private func run(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, in context: ComputeContext
  ) throws(StereoError) {
    let share = steps.cost.workShare
    var costs = try steps.cost.byteCosts(
      of: pair, over: range, steps.quantisation, in: context.part("matching cost", upTo: share))
    steps.aggregation?.aggregate(&costs, guide: pair, in: context)
    let border = costs.repairBorder(columns: steps.borderColumns)
    let left = winners(costs, pair, in: context)
    costs.restoreBorder(border)
    try context.part("left image", from: share).advance(0.4)
    costs.referenceRight(in: context)
    _ = costs.repairBorder(columns: steps.borderColumns)
    let right = winners(costs, pair, in: context)
    _ = consume costs
    try context.part("right image", from: share).advance(0.8)
    result.prepare(size: pair.size, range: range)
    let leftMap = map(of: left, in: context)
    let rightMap = map(of: right, in: context)
    result.left = refined(leftMap.copy(), left, against: rightMap, .left, in: context)
    if let confidence = steps.confidence {
      result.confidence = confidence.confidence(
        of: left, step: steps.quantisation.step, other: rightMap.disparities, range: range, in: context)
      confidence.seen.weigh(&result, of: pair, in: context)
    } else {
      result.confidence = MatchingPipeline.certainty(of: result.left)
    }
    result.right = refined(rightMap.copy(), right, against: leftMap, .right, in: context)
    try context.part("refinement").advance(1)
  }

  /// The winners of the image that the costs lie on.
  private func winners(
    _ costs: borrowing ByteCostVolume, _ pair: borrowing RectifiedPair, in context: ComputeContext
  ) -> Plane<PathWinner> {
    let contrast = ContrastSteps(steps.penalties, costs.quantisation, of: pair, reference: costs.reference)
    let paths = ByteSemiGlobal(penalties: contrast.penalties)
    let (planes, lower, isRight) = (range.count, range.lowerBound, costs.reference == .right)
    guard let further = steps.furtherAggregation, further.iterations > 0 else {
      return withImages(of: pair, on: costs.reference) { own, other in
        paths.winners(
          of: costs.cells, planes: planes, lower: lower, isRight: isRight, own: own, other: other, in: context)
      }
    }
    var sums = withImages(of: pair, on: costs.reference) { own, other in
      paths.sums(of: costs.cells, planes: planes, lower: lower, isRight: isRight, own: own, other: other, in: context)
    }
    further.aggregate(sums: &sums, over: range, of: costs.reference, guide: pair, in: context)
    return paths.winners(of: &sums, planes: planes, in: context)
  }

  /// What `body` makes of the image that a volume lies on and of the other one.
  private func withImages<Result: ~Copyable>(
    of pair: borrowing RectifiedPair, on reference: ReferenceView,
    _ body: (_ own: borrowing Plane<UInt8>, _ other: borrowing Plane<UInt8>) -> Result
  ) -> Result {
    switch reference {
    case .left: body(pair.leftGray, pair.rightGray)
    case .right: body(pair.rightGray, pair.leftGray)
    }
  }

  /// Whole disparities.
  private func map(of winners: borrowing Plane<PathWinner>, in context: ComputeContext) -> DisparityMap {
    let range = range
    var map = DisparityMap(width: winners.width, height: winners.height, range: range)
    context.rows(of: &map.disparities) { y, row in
      let source = winners.row(y)
      for x in row.indices where source[x].plane != ByteSemiGlobal.none {
        row[x] = Float(range.lowerBound + Int(source[x].plane))
      }
    }
    let disparities = map.disparities.copy()
    context.rows(of: &map.validity) { y, row in
      let values = disparities.row(y)
      for x in row.indices { row[x] = WinnerTakesAll.validity(of: values[x], in: range) }
    }
    return map
  }

  /// Step 4.
  private func refined(
    _ map: consuming DisparityMap, _ winners: borrowing Plane<PathWinner>, against other: borrowing DisparityMap,
    _ view: ReferenceView, in context: ComputeContext
  ) -> DisparityMap {
    let evidence = RefinementEvidence(view: view, otherMap: other.copy())
    var map = map
    for step in view == .left ? steps.refinements : steps.rightRefinements {
      switch step {
      case .any(let refinement): map = refinement.refine(map, with: evidence, in: context)
      case .median: MedianFilter.filterInFixedPoint(&map, in: context)
      case .parabola: correct(&map, by: winners, in: context)
      }
    }
    return map
  }

  /// Moves the disparities that were not filled to the minima of the winners' parabolas.
  private func correct(
    _ map: inout DisparityMap, by winners: borrowing Plane<PathWinner>, in context: ComputeContext
  ) {
    let validity = map.validity.copy()
    context.rows(of: &map.disparities) { y, row in
      let (source, bits) = (winners.row(y), validity.row(y))
      for x in row.indices where !bits[x].contains(.filled) { row[x] += source[x].correction }
    }
  }
}
