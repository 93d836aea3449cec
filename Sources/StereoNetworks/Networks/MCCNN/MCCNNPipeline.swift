public import StereoCore
public import StereoMatching

extension MCCNNParameters {
  /// Whether the pipeline needs volumes of floats: it replaces columns and averages, or averages along arms longer than sums
  /// in whole numbers hold.
  public var needsFloats: Bool {
    aggregationsBefore > 0 && (borderColumns > 0 || !aggregation(aggregationsBefore).fitsBytes)
      || aggregationsAfter > 0 && !aggregation(aggregationsAfter).fitsSums
  }

  /// The whole pipeline behind `cost`.
  ///
  /// - Parameter fill: whether pixels that fail the left-right check are interpolated; false: they stay without disparity.
  public func pipeline(_ cost: any MatchingCost, fill: Bool = true) -> MatchingPipeline {
    func aggregations(_ iterations: Int) -> [any CostAggregation] {
      iterations > 0 ? [aggregation(iterations)] : []
    }
    var refinements: [any DisparityRefinement] = []
    if checksBothImages {
      refinements += [LeftRightCheck(threshold: 1.1), UnseenBorder(fills: fill)]
      if fill { refinements += [InterpolateOcclusions(), InterpolateMismatches()] }
    }
    refinements += [
      SubpixelInterpolation(curve: .parabola), MedianFilter(width: 5, height: 5),
      BilateralFilter(sigma: blurSigma, threshold: blurThreshold),
    ]
    let border: [any CostAggregation] = borderColumns > 0 ? [BorderRepair(columns: borderColumns)] : []
    return MatchingPipeline(
      cost: cost, aggregations: border + aggregations(aggregationsBefore),
      optimisation: SemiGlobalMatching(paths: .four, penalties: .contrastClasses(penalties)),
      furtherAggregations: aggregations(aggregationsAfter),
      rightDisparities: checksBothImages ? .fromOwnCosts : .fromLeftCosts, refinements: refinements)
  }

  private func aggregation(_ iterations: Int) -> CrossBased {
    CrossBased(armLimit: armLimit, threshold: armThreshold, unit: .standardDeviations, iterations: iterations)
  }

  /// The whole pipeline behind `cost` with costs in bytes.
  ///
  /// - Precondition: not ``needsFloats``.
  public func byteMatcher(_ cost: any ByteMatchingCost, fill: Bool, range: DisparityRange) -> ByteVolumeMatcher {
    precondition(!needsFloats, "MCCNNParameters: arm limit \(armLimit), \(borderColumns) replaced columns in bytes")
    func regions(_ iterations: Int) -> CrossBased? {
      guard iterations > 0 else { return nil }
      var regions = aggregation(iterations)
      regions.parallel = cost.parallel
      return regions
    }
    return ByteVolumeMatcher(
      cost: cost, aggregation: regions(aggregationsBefore), furtherAggregation: regions(aggregationsAfter),
      penalties: penalties,
      refinement: ByteVolumeMatcher.Refinement(
        checkThreshold: checksBothImages ? 1.1 : nil, fill: fill, blurSigma: blurSigma, blurThreshold: blurThreshold),
      borderColumns: borderColumns, range: range)
  }
}
