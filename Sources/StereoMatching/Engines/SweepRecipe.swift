public import Kernels
public import StereoCore

/// A recipe that ``SweepEngine`` carries out: census, three to eight paths, and the refinements of `sgm`.
public struct SweepRecipe: Sendable {
  /// Census, paths, penalties.
  public let settings: SweepSettings
  /// Patches of up to this many pixels are removed; 0: the winners stay as they are, unchecked and unfiltered.
  public let speckleSize: Int
  /// Whether pixels that failed a check are filled.
  public let fills: Bool

  /// - Parameters:
  ///   - settings: census, paths, penalties.
  ///   - speckleSize: the largest patch that is removed, pixels; 0: no check and no filter at all.
  ///   - fills: whether pixels that failed a check are filled.
  public init(_ settings: SweepSettings, speckleSize: Int = 100, fills: Bool = true) {
    self.settings = settings
    self.speckleSize = speckleSize
    self.fills = fills && speckleSize > 0
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

  /// Both images' disparities may differ by so much: more than ``SweepEngine``'s 34 sixteenths fails.
  private static let checkThreshold: Float = 35 / 16

  /// The same as a recipe of the taxonomy's steps, which any engine reads.
  public var pipeline: MatchingPipeline {
    let curve = SubpixelInterpolation(curve: .equiangular)
    let check = LeftRightCheck(threshold: Self.checkThreshold)
    var left: [any DisparityRefinement] = [curve]
    var right: [any DisparityRefinement] = []
    if speckleSize > 0 {
      left += [check, MedianFilter(), SpeckleRemoval(size: speckleSize, difference: 1), UnseenBorder(fills: fills)]
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
    let size = recipe.refinements.lazy.compactMap { ($0 as? SpeckleRemoval)?.size }.first ?? 0
    let read = SweepRecipe(
      settings, speckleSize: size, fills: recipe.refinements.contains { $0 is BackgroundFill })
    guard read.pipeline.steps == recipe.steps else {
      return .failure(Obstacle(reason: "the refinements or the confidence are not those of sgm"))
    }
    return .success(read)
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
