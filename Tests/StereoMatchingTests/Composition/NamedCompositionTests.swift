import Kernels
import StereoCore
import StereoMatching
import Testing

/// Pipelines by the names of their steps.
@Suite struct NamedCompositionTests {
  static func composed(_ settings: [String: String], fill: Bool = true) throws -> MatchingPipeline {
    try MatchingPipeline(ParameterValues(settings, of: MatchingPipeline.parameters), fill: fill)
  }

  static func refusal(_ settings: [String: String]) -> String {
    do {
      _ = try composed(settings)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func theContractsNames() {
    #expect(
      Set(MatchingSteps.costs.map(\.name)).isSuperset(of: [
        "absolute-differences", "census", "ad-census", "zncc", "patch-census", "patch-absolute-differences",
      ]))
    #expect(MatchingSteps.aggregations.map(\.name) == ["none", "box", "cross-based"])
    #expect(Set(MatchingSteps.optimisations.map(\.name)) == ["winner-takes-all", "semi-global"])
    #expect(
      MatchingSteps.refinements.map(\.name) == [
        "left-right-check", "uniqueness", "subpixel", "median", "bilateral", "speckle", "unseen-border", "fill",
      ])
  }

  @Test func keysMakeTheSteps() throws {
    let pipeline = try Self.composed([
      "cost": "zncc", "zncc-radius": "2", "aggregation": "cross-based", "arm-limit": "9", "arm-threshold": "12.5",
      "aggregations": "3", "optimisation": "semi-global", "paths": "4", "p1": "0.25", "p2": "1.5",
      "penalties": "gradient", "refinement": "left-right-check,uniqueness,subpixel,median,speckle,bilateral,fill",
      "uniqueness": "0.2", "right-costs": "own", "filling": "interpolation",
    ])
    #expect((pipeline.cost as? ZNCC)?.radius == 2)
    let region = try #require(pipeline.aggregations.first as? CrossBased)
    #expect(region.armLimit == 9 && region.threshold == 12.5 && region.iterations == 3)
    let paths = try #require(pipeline.optimisation as? SemiGlobalMatching)
    #expect(paths.paths == .four && paths.penalties == .gradientAdaptive(p1: 0.25, p2: 1.5, floor: 0.25))
    #expect(pipeline.refinements.count == 8)
    #expect((pipeline.refinements[1] as? UniquenessCheck)?.ratio == 0.2)
    #expect(pipeline.refinements[6] is InterpolateOcclusions && pipeline.refinements[7] is InterpolateMismatches)
    guard case .fromOwnCosts = pipeline.rightDisparities else {
      Issue.record("right-costs=own")
      return
    }
  }

  /// Nothing said: census, semi-global matching with penalties in bits, and a full refinement.
  @Test func defaults() throws {
    let pipeline = try Self.composed([:])
    #expect((pipeline.cost as? Census)?.transform == CensusTransform(window: .nineBySeven))
    #expect(pipeline.aggregations.isEmpty)
    #expect((pipeline.optimisation as? SemiGlobalMatching)?.penalties == .constant(p1: 4, p2: 60))
    #expect(pipeline.refinements.count == 6 && pipeline.refinements.last is BackgroundFill)
    #expect((pipeline.refinements[4] as? UnseenBorder)?.fills == true)
    let open = try Self.composed([:], fill: false).refinements
    #expect(open.count == 5 && (open[4] as? UnseenBorder)?.fills == false)
    let other = try Self.composed(["cost": "absolute-differences"])
    #expect((other.optimisation as? SemiGlobalMatching)?.penalties == .constant(p1: 10, p2: 80))
    #expect(try Self.composed(["refinement": "none", "optimisation": "winner-takes-all"]).optimisation == nil)
  }

  @Test(
    arguments: [
      (["cost": "sad"], ["cost", "absolute-differences", "sad"]),
      (["refinement": "median,blur"], ["refinement", "bilateral", "median,blur"]),
      (["refinement": "bilateral,subpixel"], ["subpixel before bilateral", "whole disparities"]),
      (["refinement": "fill,left-right-check"], ["left-right-check before fill", "what was filled"]),
      (["refinement": "median,median"], ["every step once"]),
      (["refinement": "fill", "filling": "interpolation"], ["left-right-check", "occlusions from mismatches"]),
      (["zncc-radius": "3"], ["zncc-radius", "cost=zncc"]),
      (["optimisation": "winner-takes-all", "p1": "3"], ["p1", "optimisation=semi-global", "no effect"]),
      (["arm-limit": "9"], ["arm-limit", "aggregation=cross-based"]),
      (["windows": "9x7"], ["windows", "window"]),
      (["cost": "zncc", "window": "9x7"], ["window", "cost=census or cost=ad-census"]),
    ] as [([String: String], [String])]) func refusalsSayWhy(settings: [String: String], mentions: [String])
  {
    let said = Self.refusal(settings)
    for mention in mentions { #expect(said.contains(mention), "\(said)") }
  }

  /// Every cost with every aggregation and optimisation finds a constant disparity.
  @Test(arguments: MatchingSteps.costs.map(\.name)) func everyCompositionMatches(cost: String) throws {
    for aggregation in MatchingSteps.aggregations.map(\.name) {
      for optimisation in ["semi-global", "winner-takes-all"] {
        let pipeline = try Self.composed([
          "cost": cost, "aggregation": aggregation, "optimisation": optimisation,
        ])
        let found = try pipeline.match(shiftedPair(48, 20, by: 5), over: DisparityRange(-3..<12))
        var right = 0
        for y in 4..<16 { for x in 14..<40 where abs(found.left.disparities[y, x] - 5) < 0.3 { right += 1 } }
        #expect(right > 300, "\(cost), \(aggregation), \(optimisation): \(right) of 312")
      }
    }
  }

  /// A cost of somebody else's, by name, once.
  @Test func costsCanBeAdded() throws {
    let own = StepDescription<any MatchingCost>(
      "composition-test", "a cost of a test", [MethodParameter("test-limit", "its limit", .number(1...9), default: 3)],
      suits: ["p1": 1, "p2": 2]
    ) { [AbsoluteDifferences(truncation: $0.number("test-limit"))] }
    try MatchingSteps.register(cost: own)
    #expect(throws: StereoError.self) { try MatchingSteps.register(cost: own) }
    let pipeline = try Self.composed(["cost": "composition-test", "test-limit": "7"])
    #expect((pipeline.cost as? AbsoluteDifferences)?.truncation == 7)
    #expect((pipeline.optimisation as? SemiGlobalMatching)?.penalties == .constant(p1: 1, p2: 2))
    let clash = StepDescription<any MatchingCost>(
      "another", "a cost of a test", [MethodParameter("zncc-radius", "something else", .truth, default: true)]
    ) { _ in [AbsoluteDifferences()] }
    #expect(throws: StereoError.self) { try MatchingSteps.register(cost: clash) }
  }
}
