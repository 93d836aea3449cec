public import StereoCore
public import StereoMatching

extension MCCNNParameters {
  /// Whether the pipeline averages costs over cross-shaped regions: then it needs volumes of floats.
  public var aggregates: Bool { aggregationsBefore > 0 || aggregationsAfter > 0 }

  /// The whole pipeline behind `cost`.
  ///
  /// - Parameter fill: whether pixels that fail the left-right check are interpolated; false: they stay without disparity.
  public func pipeline(_ cost: any MatchingCost, fill: Bool = true) -> MatchingPipeline {
    func aggregation(_ iterations: Int) -> [any CostAggregation] {
      guard iterations > 0 else { return [] }
      return [
        CrossBased(armLimit: armLimit, threshold: armThreshold, unit: .standardDeviations, iterations: iterations)
      ]
    }
    var refinements: [any DisparityRefinement] = []
    if checksBothImages {
      refinements.append(LeftRightCheck(threshold: 1.1))
      if fill { refinements += [InterpolateOcclusions(), InterpolateMismatches()] }
    }
    refinements += [
      SubpixelInterpolation(curve: .parabola), MedianFilter(width: 5, height: 5),
      BilateralFilter(sigma: blurSigma, threshold: blurThreshold),
    ]
    let border: [any CostAggregation] = borderColumns > 0 ? [BorderRepair(columns: borderColumns)] : []
    return MatchingPipeline(
      cost: cost, aggregations: border + aggregation(aggregationsBefore),
      optimisation: SemiGlobalMatching(paths: .four, penalties: .contrastClasses(penalties)),
      furtherAggregations: aggregation(aggregationsAfter),
      rightDisparities: checksBothImages ? .fromOwnCosts : .fromLeftCosts, refinements: refinements)
  }

  /// The whole pipeline behind `cost` with costs in bytes, where it has no aggregation.
  ///
  /// - Precondition: ``aggregates`` is false.
  public func byteMatcher(_ cost: any ByteMatchingCost, fill: Bool, range: DisparityRange) -> ByteVolumeMatcher {
    precondition(!aggregates, "MCCNNParameters: the pipeline in bytes does not aggregate")
    return ByteVolumeMatcher(
      cost: cost, penalties: penalties,
      refinement: ByteVolumeMatcher.Refinement(
        checkThreshold: checksBothImages ? 1.1 : nil, fill: fill, blurSigma: blurSigma, blurThreshold: blurThreshold),
      borderColumns: borderColumns, range: range)
  }
}
