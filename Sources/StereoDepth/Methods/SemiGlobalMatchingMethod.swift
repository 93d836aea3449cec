import Kernels
import StereoCore
import StereoMatching

extension MethodRegistry {
  /// `sgm`: census costs and semi-global matching, fused into one sweep; the presets choose paths and penalties.
  ///
  /// `raw` is the winner of the 9 × 7 census cost alone, without optimisation, check or filter.
  static let semiGlobalMatching = MethodDescription(
    name: "sgm",
    paper: "H. Hirschmüller: Stereo processing by semiglobal matching and mutual information, TPAMI 30(2), 2008; "
      + "census: R. Zabih, J. Woodfill, ECCV 1994",
    purpose: "disparities at camera rate on an ordinary processor, of any scene, without weights",
    parameters: SweepNumbers.parameters + SweepRefinement.parameters,
    presets: [
      MethodPreset(
        "balanced", "the default: the rate of a camera and nearly the least error", SweepNumbers.balanced.values),
      MethodPreset("realtime", "the fastest: robots and video", SweepNumbers.realtime.values),
      MethodPreset("quality", "the least error of the three, outdoors and indoors", SweepNumbers.quality.values),
      MethodPreset("raw", "the winner of the 9×7 census cost alone", takes: []),
    ], gives: [.rightMap, .filling, .confidence], ranges: SearchableRanges(greatestCount: greatestSweepCount)
  ) { setup in
    if setup.preset.name == "raw" {
      return composed(MatchingPipeline(cost: Census(window: .nineBySeven)), setup)
    }
    return try SweepRecipe(
      SweepNumbers(setup.values).settings, refinement: SweepRefinement(setup.values), fills: setup.options.fill
    ).engine(over: setup.range, options: setup.options)
  }

  /// A pipeline as an engine.
  static func composed(_ pipeline: MatchingPipeline, _ setup: MethodSetup) -> any StereoMethod {
    pipeline.engine(over: setup.range, options: setup.options)
  }
}
