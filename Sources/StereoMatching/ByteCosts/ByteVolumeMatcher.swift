import Kernels
public import StereoCore
package import Tensors

/// MC-CNN's pipeline over costs in bytes: the same steps as its ``MatchingPipeline``, ten times as fast.
///
/// 1. costs in bytes, ``ByteMatchingCost``; where there is one, the cross-based aggregation, ``Kernels/CrossBasedMeans``, whose
///    regions are the same for a pixel and its partner and so serve both images;
/// 2. four paths with penalties by contrast and their winners, ``Kernels/ByteSemiGlobal``; for the left image, then for the right
///    one, for which the same volume is turned in place; where there is a second cross-based aggregation, the sums of the
///    paths are kept, two bytes each, and averaged by ``Kernels/CrossBasedMeans`` before the winners are taken;
/// 3. left-right check, distrust of the border that the other image does not see, occlusions and mismatches interpolated; the parabola's correction of every disparity that was not;
///    in the left image the median of 5 × 5 pixels and the bilateral filter.
///
/// Memory: one byte for every pixel and disparity, half of that again for the paths, two for sums that are averaged, 70 bytes
/// a pixel for maps.
///
/// It differs from the float pipeline by rounding (costs to 1/254 of their interval, after each aggregation again; sums to a
/// quarter of that), in that filled pixels keep whole disparities, and in that the median of pixels at the border counts missing
/// neighbours as the centre.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.
public final class ByteVolumeMatcher: StereoMethod {
  /// The steps after the winners.
  public struct Refinement: Sendable, Equatable {
    /// Difference of both images' disparities at which a pixel fails, pixels; `nil`: nothing is checked.
    public var checkThreshold: Float?
    /// Whether pixels that fail are interpolated.
    public var fill: Bool
    /// σ of the bilateral filter, pixels.
    public var blurSigma: Float
    /// Difference of disparity at which a neighbour does not count in the bilateral filter, pixels.
    public var blurThreshold: Float

    /// - Parameters:
    ///   - checkThreshold: difference of both images' disparities at which a pixel fails, pixels.
    ///   - fill: whether pixels that fail are interpolated.
    ///   - blurSigma: σ of the bilateral filter, pixels.
    ///   - blurThreshold: difference at which a neighbour does not count in it, pixels.
    public init(checkThreshold: Float?, fill: Bool, blurSigma: Float, blurThreshold: Float) {
      self.checkThreshold = checkThreshold
      self.fill = fill
      self.blurSigma = blurSigma
      self.blurThreshold = blurThreshold
    }
  }

  /// The matching cost.
  public let cost: any ByteMatchingCost
  /// The penalties, in the unit of the cost.
  public let penalties: PathPenalties.ContrastClasses
  /// Aggregates the costs; `nil`: they stay.
  public let aggregation: CrossBased?
  /// Aggregates the sums of the paths' costs; `nil`: they stay.
  public let furtherAggregation: CrossBased?
  /// The steps after the winners.
  public let refinement: Refinement
  /// Columns at the border whose costs are replaced, see ``BorderRepair``.
  public let borderColumns: Int
  /// The disparities that it searches.
  public let range: DisparityRange

  /// Volumes and maps between frames.
  package let memory = StoragePool()

  /// - Parameters:
  ///   - cost: the matching cost.
  ///   - aggregation: aggregates the costs; `nil`: they stay.
  ///   - furtherAggregation: aggregates the sums of the paths' costs; `nil`: they stay.
  ///   - penalties: the penalties, in the unit of the cost.
  ///   - refinement: the steps after the winners.
  ///   - borderColumns: columns at the border whose costs are replaced.
  ///   - range: the disparities that it searches.
  /// - Precondition: arms of the aggregations that fit (``CrossBased/fitsBytes``, ``CrossBased/fitsSums``), and no replaced
  ///   columns with the first one.
  public init(
    cost: any ByteMatchingCost, aggregation: CrossBased? = nil, furtherAggregation: CrossBased? = nil,
    penalties: PathPenalties.ContrastClasses, refinement: Refinement, borderColumns: Int = 0, range: DisparityRange
  ) {
    precondition(
      aggregation.map { $0.fitsBytes && borderColumns == 0 } ?? true && furtherAggregation?.fitsSums ?? true,
      "ByteVolumeMatcher: arm limits \(aggregation?.armLimit ?? 0) and \(furtherAggregation?.armLimit ?? 0), "
        + "\(borderColumns) replaced columns")
    self.cost = cost
    self.aggregation = aggregation
    self.furtherAggregation = furtherAggregation
    self.penalties = penalties
    self.refinement = refinement
    self.borderColumns = borderColumns
    self.range = range
  }

  /// The volume with what the cost needs besides and with the paths: of frames one after another.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    let (cells, overflow) = size.height.multipliedReportingOverflow(
      by: size.width * ByteCosts.depth(planes: range.count))
    guard !overflow, cells < Int.max / 4 else {
      throw .invalidImage(
        operation: "matching", expected: "a cost volume that memory can address",
        found: "\(size) pixels times \(range.count) disparities")
    }
    let maps = 70 * size.width * size.height
    let paths = ByteSemiGlobal.scratchBytes(width: size.width, height: size.height, planes: range.count)
    let regions = aggregation?.scratchBytes(for: size, planes: range.count, ofSums: false) ?? 0
    let averaging = furtherAggregation?.scratchBytes(for: size, planes: range.count, ofSums: true) ?? 0
    // From the second frame on these wait while costs are computed.
    let kept = paths + (furtherAggregation == nil ? 0 : 2 * cells)
    return RunPlan(stages: [
      RunPlan.Stage(
        name: "matching cost", bytes: cells + maps + cost.scratchBytes(for: size, over: range) + kept,
        multiplyAdds: cost.multiplyAdds(for: size, over: range)),
      RunPlan.Stage(name: "aggregation", bytes: cells + maps + regions, multiplyAdds: 0),
      RunPlan.Stage(name: "optimisation", bytes: cells + maps + kept + averaging, multiplyAdds: 0),
    ])
  }

  /// Matches one pair; from the second frame of a size on, no volume is allocated.
  ///
  /// - Throws: what the cost throws; ``StereoCore/StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    try memory.lend { () throws(StereoError) in try run(pair, into: &result, progress: progress) }
  }

  private func run(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    let parallel = cost.parallel
    let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: max(penalties.p2, penalties.p1))
    let share = cost.workShare
    var costs = try cost.byteCosts(of: pair, over: range, quantisation) { (done) throws(StereoError) in
      try progress.advance("matching cost", share * done)
    }
    aggregation?.aggregate(&costs, guide: pair, instructionSet: cost.instructionSet)
    let border = costs.repairBorder(columns: borderColumns)
    let left = winners(costs, pair)
    costs.restoreBorder(border)
    try progress.advance("left image", share + (1 - share) * 0.4)
    costs.referenceRight(parallel: parallel)
    _ = costs.repairBorder(columns: borderColumns)
    let right = winners(costs, pair)
    _ = consume costs
    try progress.advance("right image", share + (1 - share) * 0.8)
    result.prepare(size: pair.size, range: range)
    let leftMap = map(of: left)
    let rightMap = map(of: right)
    result.left = refined(leftMap.copy(), left, against: rightMap, .left)
    smooth(&result.left.disparities)
    result.confidence = PathConfidence(step: quantisation.step, scale: cost.confidenceScale).confidence(
      of: left, other: rightMap.disparities, range: range, parallel: parallel)
    result.right = refined(rightMap.copy(), right, against: leftMap, .right)
    try progress.advance("refinement", 1)
  }

  /// The winners of the image that the costs lie on.
  private func winners(_ costs: borrowing ByteCostVolume, _ pair: borrowing RectifiedPair) -> Plane<PathWinner> {
    let steps = ContrastSteps(penalties, costs.quantisation, of: pair, reference: costs.reference)
    let paths = ByteSemiGlobal(penalties: steps.penalties, parallel: cost.parallel, instructionSet: cost.instructionSet)
    let (planes, lower, isRight) = (range.count, range.lowerBound, costs.reference == .right)
    guard let furtherAggregation, furtherAggregation.iterations > 0 else {
      return withImages(of: pair, on: costs.reference) { own, other in
        paths.winners(of: costs.cells, planes: planes, lower: lower, isRight: isRight, own: own, other: other)
      }
    }
    var sums = withImages(of: pair, on: costs.reference) { own, other in
      paths.sums(of: costs.cells, planes: planes, lower: lower, isRight: isRight, own: own, other: other)
    }
    furtherAggregation.aggregate(
      sums: &sums, over: range, of: costs.reference, guide: pair, instructionSet: cost.instructionSet)
    return paths.winners(of: &sums, planes: planes)
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
  private func map(of winners: borrowing Plane<PathWinner>) -> DisparityMap {
    let range = range
    var map = DisparityMap(width: winners.width, height: winners.height, range: range)
    cost.parallel.rows(of: &map.disparities) { y, row in
      let source = winners.row(y)
      for x in row.indices where source[x].plane != ByteSemiGlobal.none {
        row[x] = Float(range.lowerBound + Int(source[x].plane))
      }
    }
    let disparities = map.disparities.copy()
    cost.parallel.rows(of: &map.validity) { y, row in
      let values = disparities.row(y)
      for x in row.indices { row[x] = WinnerTakesAll.validity(of: values[x], in: range) }
    }
    return map
  }

  /// Step 3.
  private func refined(
    _ map: consuming DisparityMap, _ winners: borrowing Plane<PathWinner>, against other: borrowing DisparityMap,
    _ view: ReferenceView
  ) -> DisparityMap {
    let parallel = cost.parallel
    var map = map
    if let threshold = refinement.checkThreshold {
      let context = RefinementContext(view: view, otherMap: other.copy())
      map = LeftRightCheck(threshold: threshold, parallel: parallel).refine(map, in: context)
      map = UnseenBorder(fills: refinement.fill, parallel: parallel).refine(map, in: context)
      if refinement.fill {
        map = InterpolateOcclusions(parallel: parallel).refine(map, in: context)
        map = InterpolateMismatches(parallel: parallel).refine(map, in: context)
      }
    }
    let validity = map.validity.copy()
    parallel.rows(of: &map.disparities) { y, row in
      let (source, bits) = (winners.row(y), validity.row(y))
      for x in row.indices where !bits[x].contains(.filled) { row[x] += source[x].correction }
    }
    return map
  }

  /// Median and bilateral filter.
  private func smooth(_ disparities: inout Plane<Float>) {
    let (width, height) = (disparities.width, disparities.height)
    guard width > 0, height > 0 else { return }
    var counted = Plane<UInt16>(width: width, height: height, repeating: noSixteenths)
    var median = counted.copy()
    // As fine as 16 bits allow, a power of two; the winner's correction moves it by at most half a plane.
    var scale: Float = 1
    while scale < 256, scale * 2 * Float(range.count + 1) < Float(noSixteenths) { scale *= 2 }
    let lower = Float(range.lowerBound) - 1
    let source = disparities.copy()
    let fine = scale
    cost.parallel.rows(of: &counted) { y, row in
      let values = source.row(y)
      for x in row.indices where !values[x].isNaN { row[x] = UInt16(max(0, ((values[x] - lower) * fine).rounded())) }
    }
    FixedPointDisparities.median5(counted, into: &median, parallel: cost.parallel, instructionSet: cost.instructionSet)
    let filtered = median.copy()
    cost.parallel.rows(of: &disparities) { y, row in
      let values = filtered.row(y)
      for x in row.indices where values[x] != noSixteenths { row[x] = Float(values[x]) / fine + lower }
    }
    disparities = BilateralFilter(
      sigma: refinement.blurSigma, threshold: refinement.blurThreshold, parallel: cost.parallel
    ).filtered(disparities)
  }
}
