import StereoCore

/// The steps of a recipe as ``ByteEngine`` takes them.
struct ByteSteps {
  /// A refinement, and how it is done.
  enum Refinement {
    /// By itself.
    case any(any DisparityRefinement)
    /// The median of 5 × 5, in fixed point.
    case median
    /// The parabola through the winner's sums.
    case parabola
  }

  /// Why a recipe cannot be read so.
  struct Obstacle: Error {
    /// The end of a sentence.
    let reason: String
  }

  let cost: any ByteMatchingCost
  let quantisation: CostQuantisation
  let borderColumns: Int
  let aggregation, furtherAggregation: CrossBased?
  let penalties: PathPenalties.ContrastClasses
  let refinements, rightRefinements: [Refinement]
  let confidence: PathConfidence?

  static func reading(_ recipe: MatchingPipeline) -> Result<ByteSteps, Obstacle> {
    do throws(Obstacle) { return .success(try ByteSteps(recipe)) } catch { return .failure(error) }
  }

  private init(_ recipe: MatchingPipeline) throws(Obstacle) {
    if recipe.precision == .floats { throw Obstacle(reason: "the recipe asks for floats") }
    guard let cost = recipe.cost.inBytes else { throw Obstacle(reason: "the matching cost has no bounds") }
    guard let optimisation = recipe.optimisation as? SemiGlobalMatching, optimisation.paths == .four,
      case .contrastClasses(let penalties) = optimisation.penalties
    else { throw Obstacle(reason: "the optimisation is not that of four paths with penalties by contrast") }
    self.cost = cost
    self.penalties = penalties
    quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: max(penalties.p2, penalties.p1))
    (borderColumns, aggregation) = try Self.aggregations(recipe.aggregations)
    switch recipe.furtherAggregations.count {
    case 0: furtherAggregation = nil
    case 1:
      guard let further = recipe.furtherAggregations[0] as? CrossBased, further.fitsSums else {
        throw Obstacle(reason: "the further aggregation is not cross-based with arms that sums of 31 bits hold")
      }
      furtherAggregation = further
    default: throw Obstacle(reason: "there are several further aggregations")
    }
    guard case .fromOwnCosts = recipe.rightDisparities else {
      throw Obstacle(reason: "the right image's disparities come from the left one's costs")
    }
    refinements = try Self.refinements(recipe.refinements)
    rightRefinements = try Self.refinements(recipe.rightRefinements ?? recipe.refinements)
    switch recipe.confidence {
    case nil: confidence = nil
    case let paths as PathConfidence: confidence = paths
    default: throw Obstacle(reason: "the confidence needs a volume of floats")
    }
  }

  /// One aggregation of costs, or replaced columns.
  private static func aggregations(
    _ steps: [any CostAggregation]
  ) throws(Obstacle) -> (borderColumns: Int, aggregation: CrossBased?) {
    guard let first = steps.first else { return (0, nil) }
    if steps.count == 1, let border = first as? BorderRepair { return (border.columns, nil) }
    if steps.count == 1, let regions = first as? CrossBased, regions.fitsBytes { return (0, regions) }
    throw Obstacle(reason: "the aggregations are more than replaced columns or one cross-based one of short arms")
  }

  private static func refinements(_ steps: [any DisparityRefinement]) throws(Obstacle) -> [Refinement] {
    var result: [Refinement] = []
    for step in steps {
      switch step {
      case let median as MedianFilter where median.width == 5 && median.height == 5: result.append(.median)
      case let curve as SubpixelInterpolation where curve.curve == .parabola: result.append(.parabola)
      case _ where step.needsCosts: throw Obstacle(reason: "\(type(of: step)) needs a volume of floats")
      default: result.append(.any(step))
      }
    }
    return result
  }
}
