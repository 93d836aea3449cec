import Kernels
import StereoCore
import StereoMatching

extension MethodRegistry {
  /// `sgm`: census costs, semi-global matching, and the refinements that the presets choose.
  static let semiGlobalMatching = MethodDescription(
    name: "sgm",
    paper: "H. Hirschmüller: Stereo processing by semiglobal matching and mutual information. TPAMI 30(2), 2008; "
      + "census: R. Zabih, J. Woodfill, ECCV 1994",
    presets: ["balanced", "realtime", "quality", "raw"], weights: .none, defaultRange: 0..<192
  ) { request in
    try request.allowSettings([])
    return PipelineMethod(pipeline(request).running(on: request.options.parallel), range: request.range)
  }

  private static func pipeline(_ request: MethodRequest) -> MatchingPipeline {
    let census = Census(window: .nineBySeven)
    if request.preset == "raw" { return MatchingPipeline(cost: census) }
    var refinements: [any DisparityRefinement] = [LeftRightCheck(), SubpixelInterpolation(), SpeckleRemoval(size: 100)]
    if request.options.fill { refinements += [InterpolateOcclusions(), InterpolateMismatches()] }
    refinements.append(MedianFilter(width: 3, height: 3))
    return MatchingPipeline(
      cost: census, optimisation: SemiGlobalMatching(penalties: .constant(p1: 8, p2: 60)), refinements: refinements)
  }
}
