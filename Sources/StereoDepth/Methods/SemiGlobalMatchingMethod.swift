import Kernels
import StereoCore
import StereoMatching

extension MethodRegistry {
  /// `sgm`: census costs and semi-global matching, fused into one sweep; the presets choose the paths.
  ///
  /// `raw` is the winner of the 9 × 7 census cost alone, without optimisation, check or filter.
  static let semiGlobalMatching = MethodDescription(
    name: "sgm",
    paper: "H. Hirschmüller: Stereo processing by semiglobal matching and mutual information, TPAMI 30(2), 2008; "
      + "census: R. Zabih, J. Woodfill, ECCV 1994",
    presets: ["balanced", "realtime", "quality", "raw"], weights: .none, defaultRange: 0..<192
  ) { request in
    try request.allowSettings([])
    let settings: SweepSettings
    switch request.preset {
    case "realtime": settings = .realtime
    case "balanced": settings = .balanced
    case "quality": settings = .quality
    default:
      return MatchingPipeline(cost: Census(window: .nineBySeven)).engine(over: request.range, options: request.options)
    }
    return try SweepRecipe(settings, fills: request.options.fill).engine(over: request.range, options: request.options)
  }
}
