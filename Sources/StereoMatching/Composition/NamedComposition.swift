public import StereoCore

/// Pipelines whose steps are chosen by name: `cost=zncc`, `aggregation=cross-based` and so on.
extension MatchingPipeline {
  /// What chooses the steps, then the parameters of every step that there is.
  public static var parameters: [MethodParameter] {
    var parameters = choices
    let ofSteps =
      MatchingSteps.costs.flatMap(\.parameters) + MatchingSteps.aggregations.flatMap(\.parameters)
      + MatchingSteps.optimisations.flatMap(\.parameters) + MatchingSteps.refinements.flatMap(\.parameters)
    for parameter in ofSteps where !parameters.contains(parameter) { parameters.append(parameter) }
    return parameters
  }

  /// The refinements of whom nobody says which.
  static let defaultRefinements = ["left-right-check", "subpixel", "median", "speckle", "unseen-border", "fill"]

  private static var choices: [MethodParameter] {
    func choice<Step>(_ key: String, _ step: String, _ steps: [StepDescription<Step>]) -> MethodParameter {
      let purposes = steps.map { "\($0.name): \($0.purpose)" }.joined(separator: "; ")
      return MethodParameter(
        key, "\(step): \(purposes)", .choice(steps.map(\.name)), default: .word(steps[0].name))
    }
    let refinements = MatchingSteps.refinements
    let purposes = refinements.map { "\($0.name): \($0.purpose)" }.joined(separator: "; ")
    return [
      choice("cost", "step 1, how unlike two pixels are", MatchingSteps.costs),
      choice("aggregation", "step 2, what costs are averaged over", MatchingSteps.aggregations),
      choice("optimisation", "step 3, how disparities are chosen", MatchingSteps.optimisations),
      MethodParameter(
        "refinement", "step 4, what is done with the map, in this order: \(purposes)",
        .list(refinements.map(\.name)), default: .words(defaultRefinements)),
      MethodParameter(
        "right-costs",
        "whose costs the right image's map minimises: the left image's, along their diagonals, or its own, "
          + "aggregated and optimised on the right image's pixels (twice the time)",
        .choice(["left", "own"]), default: "left"),
    ]
  }

  /// Composes a pipeline of the steps that the values of ``parameters`` name.
  ///
  /// - Parameters:
  ///   - values: read with ``parameters``.
  ///   - fill: false leaves the steps out that only fill.
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)`` for steps and parameters that do not go together,
  ///   with the reason.
  public init(_ values: ParameterValues, fill: Bool = true) throws(StereoError) {
    let cost = try Self.named(values.word("cost"), "cost", MatchingSteps.costs)
    let aggregation = try Self.named(values.word("aggregation"), "aggregation", MatchingSteps.aggregations)
    let optimisation = try Self.named(values.word("optimisation"), "optimisation", MatchingSteps.optimisations)
    var refinements: [StepDescription<any DisparityRefinement>] = []
    for name in values.words("refinement") {
      refinements.append(try Self.named(name, "refinement", MatchingSteps.refinements))
    }
    try Self.checkOrder(refinements)
    let used =
      [cost.parameters, aggregation.parameters, optimisation.parameters].flatMap(\.self)
      + refinements.flatMap(\.parameters)
    try Self.refuseUnused(values, used: Set(used.map(\.key)))
    let fills = fill && refinements.contains { $0.fills }
    let values = values.completed(by: cost.suits).completed(by: ["fills": .truth(fills)])
    for parameter in optimisation.parameters where values[parameter.key] == nil {
      throw .invalidOption(
        name: parameter.key,
        expected: "\(parameter.domain.expectation): the cost \(cost.name) says none that suits its unit",
        found: "none")
    }
    var stages: [any DisparityRefinement] = []
    for refinement in refinements where fill || !refinement.fills { stages += try refinement.make(values) }
    guard let first = try cost.make(values).first else { preconditionFailure("the cost \(cost.name) makes nothing") }
    self.init(
      cost: first, aggregations: try aggregation.make(values), optimisation: try optimisation.make(values).first,
      rightDisparities: values.word("right-costs") == "own" ? .fromOwnCosts : .fromLeftCosts, refinements: stages)
  }

  private static func named<Step>(
    _ name: String, _ kind: String, _ steps: [StepDescription<Step>]
  ) throws(StereoError) -> StepDescription<Step> {
    guard let step = steps.first(where: { $0.name == name }) else {
      throw .invalidOption(
        name: kind, expected: "one of \(steps.map(\.name).joined(separator: ", "))", found: name)
    }
    return step
  }

  /// Refuses a refinement twice, and one that makes no sense behind another.
  private static func checkOrder(_ refinements: [StepDescription<any DisparityRefinement>]) throws(StereoError) {
    let order = refinements.map(\.name).joined(separator: ",")
    for (place, step) in refinements.enumerated() {
      for earlier in refinements[..<place] {
        if earlier.name == step.name {
          throw .invalidOption(name: "refinement", expected: "every step once", found: order)
        }
        if let reason = step.notAfter[earlier.name] {
          throw .invalidOption(
            name: "refinement", expected: "\(step.name) before \(earlier.name): \(reason)", found: order)
        }
      }
    }
  }

  /// Refuses a setting without effect: the parameter of a step that was not chosen.
  private static func refuseUnused(_ values: ParameterValues, used: Set<String>) throws(StereoError) {
    let choices = Set(choices.map(\.key))
    for key in values.given.sorted() where !used.contains(key) && !choices.contains(key) {
      let owners =
        owners(of: key, "cost", MatchingSteps.costs) + owners(of: key, "aggregation", MatchingSteps.aggregations)
        + owners(of: key, "optimisation", MatchingSteps.optimisations)
        + owners(of: key, "refinement", MatchingSteps.refinements)
      throw .invalidOption(
        name: key, expected: "\(owners.joined(separator: " or ")), whose parameter it is; without it has no effect",
        found: values[key].map { "\($0)" } ?? "")
    }
  }

  private static func owners<Step>(of key: String, _ kind: String, _ steps: [StepDescription<Step>]) -> [String] {
    steps.filter { $0.parameters.contains { $0.key == key } }.map { "\(kind)=\($0.name)" }
  }
}
