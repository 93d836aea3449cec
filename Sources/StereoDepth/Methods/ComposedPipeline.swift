import StereoCore
import StereoMatching

extension MethodRegistry {
  /// `pipeline`: any composition of the taxonomy's steps by name; see `MatchingSteps`.
  ///
  /// Described anew each time: steps can be added.
  static var composedPipeline: MethodDescription {
    MethodDescription(
      name: "pipeline",
      paper:
        "D. Scharstein, R. Szeliski: A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, "
        + "IJCV 47, 2002",
      purpose: "any composition of the taxonomy's steps, to compare and to teach; exact, in floats, and slow",
      parameters: MatchingPipeline.parameters,
      presets: [
        MethodPreset("semi-global", "the default: census and semi-global matching along eight whole paths"),
        MethodPreset(
          "local", "a local method: every pixel by the region around it",
          ["cost": "ad-census", "aggregation": "cross-based", "optimisation": "winner-takes-all"]),
        MethodPreset(
          "raw", "a cost alone, winner takes all",
          ["aggregation": "none", "optimisation": "winner-takes-all", "refinement": []]),
      ], gives: [.rightMap, .filling, .confidence]
    ) { setup in
      composed(try MatchingPipeline(setup.values, fill: setup.options.fill), setup)
    }
  }
}
