public import StereoMatching

extension MCCNNParameters {
  /// The whole recipe behind `cost`. It may be computed in bytes, where arms are not too long for that and columns are not both
  /// replaced and averaged, ``StereoMatching/MatchingPipeline/engine(over:options:)``.
  ///
  /// The right image's map is checked, filled and interpolated as the left one's, but not smoothed.
  ///
  /// - Parameters:
  ///   - fill: whether pixels that fail the left-right check are interpolated; false: they stay without disparity.
  ///   - precision: the coarsest numbers that costs may be counted in.
  public func pipeline(
    _ cost: any MatchingCost, fill: Bool = true, precision: MatchingPipeline.Precision = .bytes
  ) -> MatchingPipeline {
    func aggregations(_ iterations: Int) -> [any CostAggregation] {
      iterations > 0
        ? [CrossBased(armLimit: armLimit, threshold: armThreshold, unit: .standardDeviations, iterations: iterations)]
        : []
    }
    var refinements: [any DisparityRefinement] = []
    if checksBothImages {
      refinements += [LeftRightCheck(threshold: 1.1), UnseenBorder(fills: fill)]
      if fill { refinements += [InterpolateOcclusions(), InterpolateMismatches()] }
    }
    refinements.append(SubpixelInterpolation(curve: .parabola))
    let smoothing: [any DisparityRefinement] = [
      MedianFilter(width: 5, height: 5), BilateralFilter(sigma: blurSigma, threshold: blurThreshold),
    ]
    let border: [any CostAggregation] = borderColumns > 0 ? [BorderRepair(columns: borderColumns)] : []
    return MatchingPipeline(
      cost: cost, aggregations: border + aggregations(aggregationsBefore),
      optimisation: SemiGlobalMatching(paths: .four, penalties: .contrastClasses(penalties)),
      furtherAggregations: aggregations(aggregationsAfter), rightDisparities: .fromOwnCosts,
      refinements: refinements + smoothing, rightRefinements: refinements,
      confidence: PathConfidence(scale: confidenceScale), precision: precision)
  }
}
