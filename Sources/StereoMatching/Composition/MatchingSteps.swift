public import StereoCore
import Synchronization

/// The steps that a pipeline can be composed of by name: one line each, and those that a user of the package adds.
public enum MatchingSteps {
  /// Step 1, the default first.
  private static let builtInCosts: [StepDescription<any MatchingCost>] = [
    Census.step,
    AbsoluteDifferences.step,
    ADCensus.step,
    ZNCC.step,
    PatchCensus.step,
    PatchAbsoluteDifferences.step,
  ]
  /// Step 2, the default first.
  private static let builtInAggregations: [StepDescription<any CostAggregation>] = [
    StepDescription("none", "costs stay as they are") { _ in [] },
    BoxWindow.step,
    CrossBased.step,
  ]
  /// Step 3, the default first.
  private static let builtInOptimisations: [StepDescription<any DisparityOptimisation>] = [
    SemiGlobalMatching.step,
    StepDescription("winner-takes-all", "every pixel takes its least cost, whatever its neighbours do") { _ in [] },
  ]
  /// Step 4.
  private static let builtInRefinements: [StepDescription<any DisparityRefinement>] = [
    LeftRightCheck.step,
    UniquenessCheck.step,
    SubpixelInterpolation.step,
    MedianFilter.step,
    BilateralFilter.step,
    SpeckleRemoval.step,
    UnseenBorder.step,
    BackgroundFill.step,
  ]

  /// What users of the package added.
  private struct Added: Sendable {
    var costs: [StepDescription<any MatchingCost>] = []
    var aggregations: [StepDescription<any CostAggregation>] = []
    var optimisations: [StepDescription<any DisparityOptimisation>] = []
    var refinements: [StepDescription<any DisparityRefinement>] = []
  }

  private static let added = Mutex(Added())

  /// Step 1 of the taxonomy, the default first.
  public static var costs: [StepDescription<any MatchingCost>] { builtInCosts + added.withLock { $0.costs } }
  /// Step 2, the default first.
  public static var aggregations: [StepDescription<any CostAggregation>] {
    builtInAggregations + added.withLock { $0.aggregations }
  }
  /// Step 3, the default first.
  public static var optimisations: [StepDescription<any DisparityOptimisation>] {
    builtInOptimisations + added.withLock { $0.optimisations }
  }
  /// Step 4.
  public static var refinements: [StepDescription<any DisparityRefinement>] {
    builtInRefinements + added.withLock { $0.refinements }
  }

  /// Adds a matching cost, for the whole process; any thread may.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)`` for a name that there is, and for a parameter that
  ///   another step describes differently.
  public static func register(cost: StepDescription<any MatchingCost>) throws(StereoError) {
    try check(cost.name, cost.parameters, among: costs.map(\.name), kind: "cost")
    added.withLock { $0.costs.append(cost) }
  }

  /// Adds a cost aggregation; see ``register(cost:)``.
  ///
  /// - Throws: as there.
  public static func register(aggregation: StepDescription<any CostAggregation>) throws(StereoError) {
    try check(aggregation.name, aggregation.parameters, among: aggregations.map(\.name), kind: "aggregation")
    added.withLock { $0.aggregations.append(aggregation) }
  }

  /// Adds a disparity optimisation; see ``register(cost:)``.
  ///
  /// - Throws: as there.
  public static func register(optimisation: StepDescription<any DisparityOptimisation>) throws(StereoError) {
    try check(optimisation.name, optimisation.parameters, among: optimisations.map(\.name), kind: "optimisation")
    added.withLock { $0.optimisations.append(optimisation) }
  }

  /// Adds a disparity refinement; see ``register(cost:)``.
  ///
  /// - Throws: as there.
  public static func register(refinement: StepDescription<any DisparityRefinement>) throws(StereoError) {
    try check(refinement.name, refinement.parameters, among: refinements.map(\.name), kind: "refinement")
    added.withLock { $0.refinements.append(refinement) }
  }

  private static func check(
    _ name: String, _ parameters: [MethodParameter], among names: [String], kind: String
  ) throws(StereoError) {
    guard !names.contains(name) else {
      throw .invalidOption(name: kind, expected: "a name that is not yet used", found: name)
    }
    for parameter in parameters {
      if let other = MatchingPipeline.parameters.first(where: { $0.key == parameter.key }), other != parameter {
        throw .invalidOption(
          name: "\(kind) \(name)", expected: "a parameter \(parameter.key) as other steps describe it, or another key",
          found: parameter.interval)
      }
    }
  }
}

extension MethodParameter {
  fileprivate var interval: String { domain.interval }
}
