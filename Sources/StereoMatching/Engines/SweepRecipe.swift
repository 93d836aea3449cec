public import Kernels
public import StereoCore

/// A recipe that ``SweepEngine`` carries out: census, three to eight paths, and the refinements of `sgm`.
public struct SweepRecipe: Sendable {
  /// Census, paths, penalties.
  public let settings: SweepSettings
  /// What is done with the winners.
  public let refinement: SweepRefinement
  /// Whether anything is: else the winners stay as they are, unchecked and unfiltered.
  public let isRefined: Bool
  /// Whether pixels that failed a check are filled.
  public let fills: Bool

  /// - Parameters:
  ///   - settings: census, paths, penalties.
  ///   - refinement: what is done with the winners; `nil`: no check and no filter at all.
  ///   - fills: whether pixels that failed a check are filled.
  public init(_ settings: SweepSettings, refinement: SweepRefinement? = SweepRefinement(), fills: Bool = true) {
    self.settings = settings
    self.refinement = refinement ?? SweepRefinement()
    isRefined = refinement != nil
    self.fills = fills && isRefined
  }

  /// How far the disparities are trusted.
  var confidence: LeastSumConfidence { LeastSumConfidence(paths: paths) }

  private var paths: SemiGlobalMatching.Paths {
    switch settings.paths {
    case .three: .three
    case .four: .four
    case .eight: .eight
    }
  }

  /// The same as a recipe of the taxonomy's steps, which any engine reads.
  public var pipeline: MatchingPipeline {
    let curve = SubpixelInterpolation(curve: .equiangular)
    // More than so many sixteenths fails.
    let check = LeftRightCheck(threshold: Float(refinement.tolerance + 1) / 16)
    let unique = UniquenessCheck(ratio: refinement.uniqueness, removes: true)
    var left: [any DisparityRefinement] = [curve]
    var right: [any DisparityRefinement] = []
    if isRefined {
      left.append(check)
      if refinement.uniqueness > 0 { left.append(unique) }
      left += [
        MedianFilter(),
        SpeckleRemoval(size: refinement.speckleSize, difference: Float(refinement.speckleDifference) / 16),
        UnseenBorder(fills: fills),
      ]
      right += [check, UnseenBorder(fills: fills)]
    }
    if fills {
      left += [BackgroundFill(), MedianFilter()]
      right.append(BackgroundFill())
    }
    return MatchingPipeline(
      cost: PairwiseCensus(pattern: settings.pattern),
      optimisation: SemiGlobalMatching(
        paths: paths, penalties: .byDifference(p1: Float(settings.p1), p2: settings.p2.map(Float.init))),
      refinements: left, rightRefinements: right, confidence: confidence,
      precision: .bits(settlingRows: settings.settlingRows))
  }

  /// The engine for it.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidRange(minimum:maximum:reason:)`` for more than 4095 disparities.
  public func engine(
    over range: DisparityRange, options: MatchingOptions = MatchingOptions()
  ) throws(StereoError) -> SweepEngine {
    guard range.count <= greatestSweepCount else {
      throw .invalidRange(
        minimum: range.lowerBound, maximum: range.upperBound,
        reason: "semi-global sweeps search at most \(greatestSweepCount) disparities")
    }
    return SweepEngine(self, range: range, options: options)
  }

  /// Why a recipe cannot be read so.
  struct Obstacle: Error {
    /// The end of a sentence.
    let reason: String
  }

  /// The recipe of which ``pipeline`` is `recipe`.
  static func reading(_ recipe: MatchingPipeline) -> Result<SweepRecipe, Obstacle> {
    guard case .bits(let settlingRows) = recipe.precision else {
      return .failure(Obstacle(reason: "the recipe asks for more than whole bits"))
    }
    guard let census = recipe.cost as? PairwiseCensus, [32, 64].contains(census.pattern.count),
      census.margins.fit(within: 8)
    else { return .failure(Obstacle(reason: "the matching cost is no census of 32 or 64 comparisons within 8 pixels")) }
    guard let optimisation = recipe.optimisation as? SemiGlobalMatching,
      case .byDifference(let p1, let p2) = optimisation.penalties, let whole = wholePenalties(p1, p2)
    else { return .failure(Obstacle(reason: "the optimisation is not semi-global with whole penalties by difference")) }
    guard recipe.aggregations.isEmpty, recipe.furtherAggregations.isEmpty else {
      return .failure(Obstacle(reason: "costs are aggregated"))
    }
    let paths: SweepSettings.Paths =
      switch optimisation.paths {
      case .three: .three
      case .four: .four
      case .eight: .eight
      }
    let settings = SweepSettings(
      pattern: census.pattern, paths: paths, p1: whole.p1, p2: whole.p2, settlingRows: settlingRows)
    let read = SweepRecipe(
      settings, refinement: refinement(of: recipe.refinements),
      fills: recipe.refinements.contains { $0 is BackgroundFill })
    guard read.pipeline.steps == recipe.steps else {
      return .failure(Obstacle(reason: "the refinements or the confidence are not those of sgm"))
    }
    return .success(read)
  }

  /// The numbers of the steps that there are; `nil` without a left-right check.
  private static func refinement(of steps: [any DisparityRefinement]) -> SweepRefinement? {
    guard let check = steps.lazy.compactMap({ $0 as? LeftRightCheck }).first else { return nil }
    let speckles = steps.lazy.compactMap { $0 as? SpeckleRemoval }.first
    return SweepRefinement(
      tolerance: max(Int((16 * check.threshold).rounded()) - 1, 0), speckleSize: speckles?.size ?? 0,
      speckleDifference: Int((16 * (speckles?.difference ?? 1)).rounded()),
      uniqueness: steps.lazy.compactMap { ($0 as? UniquenessCheck)?.ratio }.first ?? 0)
  }

  /// Penalties in bytes, if they are whole and the sweep's.
  private static func wholePenalties(_ p1: Float, _ p2: [Float]) -> (p1: UInt8, p2: [UInt8])? {
    let allowed: ClosedRange<Float> = 0...191
    guard p2.count == 256, allowed.contains(p1), p1 == p1.rounded(),
      p2.allSatisfy({ allowed.contains($0) && $0 >= p1 && $0 == $0.rounded() })
    else { return nil }
    return (UInt8(p1), p2.map { UInt8($0) })
  }
}

extension Margins {
  /// Whether none is more than so many pixels.
  fileprivate func fit(within pixels: Int) -> Bool {
    [left, top, right, bottom].allSatisfy { if case .pixels(let reach) = $0 { reach <= pixels } else { false } }
  }
}

extension MatchingPipeline {
  /// What is done after the optimisation, with all parameters, to compare recipes by.
  fileprivate var steps: [String] {
    [
      "\(rightDisparities)", refinements.map { "\($0)" }.joined(separator: ", "),
      (rightRefinements ?? refinements).map { "\($0)" }.joined(separator: ", "),
      confidence.map { "\($0)" } ?? "none",
    ]
  }
}
