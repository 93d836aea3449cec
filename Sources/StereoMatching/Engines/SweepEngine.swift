import Kernels
public import StereoCore
import Tensors

/// Carries out the recipes of `sgm` without a cost volume: census, semi-global matching and refinement, ``SweepRecipe``.
///
/// 1. ``Kernels/SemiGlobalSweep``: census, Hamming distance, three to eight paths, winners of both images;
/// 2. left-right check (2.1 pixels) with occlusions and mismatches told apart; where it is asked for, ambiguous pixels removed;
/// 3. median of 5 × 5 pixels, removal of small patches and of those that the border's ``UnseenBorder`` distrusts; where it is asked
///    for, background fill and the median once more.
///
/// Memory: about 30 bytes a pixel for maps, and for every thread a few rows of width × range bytes (with paths from
/// below, a band of rows); no memory grows with height × width × range, none is allocated after the first frame of a size.
///
/// Source: Hirschmüller, Stereo processing by semi-global matching and mutual information, TPAMI 2008.
public final class SweepEngine: MatchingEngine {
  /// How it is called.
  public static let name = "sweep"

  /// Why it cannot carry out `recipe`.
  public static func obstacle(to recipe: MatchingPipeline, over range: DisparityRange) -> String? {
    if range.count > greatestSweepCount { return "it searches at most \(greatestSweepCount) disparities" }
    switch SweepRecipe.reading(recipe) {
    case .success: return nil
    case .failure(let obstacle): return obstacle.reason
    }
  }

  /// The disparities that it searches.
  public let range: DisparityRange
  /// What is computed.
  public let recipe: SweepRecipe
  /// Those of the recipe.
  public let margins: Margins

  /// Whether the right image's map is wanted.
  private let rightMap: Bool
  private let context: ComputeContext
  private let sweep: SemiGlobalSweep
  private let logits: [Float]
  private var left = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var right = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var checked = Plane<UInt16>(width: 0, height: 0, repeating: 0)
  private var leastSums = Plane<UInt8>(width: 0, height: 0, repeating: 0)
  private var scratch = Plane<UInt8>(width: 0, height: 0, repeating: 0)
  private var borderPatches = BorderPatches()

  private var allSums = Volume<UInt8>(width: 0, height: 0, depth: 0, repeating: 0)

  /// - Parameters:
  ///   - recipe: what is computed.
  ///   - range: the disparities to search.
  ///   - options: threads, instruction set, whether the right map is wanted.
  /// - Precondition: there is no ``obstacle(to:over:)``.
  public convenience init(
    _ recipe: MatchingPipeline, range: DisparityRange, options: MatchingOptions = MatchingOptions()
  ) {
    switch SweepRecipe.reading(recipe) {
    case .success(let sweep): self.init(sweep, range: range, options: options)
    case .failure(let obstacle): preconditionFailure("SweepEngine: \(obstacle.reason)")
    }
  }

  /// - Parameters:
  ///   - recipe: what is computed.
  ///   - range: the disparities to search.
  ///   - options: threads, instruction set, whether the right map is wanted.
  /// - Precondition: `range` has at most ``Kernels/greatestSweepCount`` disparities.
  public init(_ recipe: SweepRecipe, range: DisparityRange, options: MatchingOptions = MatchingOptions()) {
    precondition(range.count <= greatestSweepCount, "SweepEngine: \(range.count) disparities")
    self.range = range
    self.recipe = recipe
    rightMap = options.rightMap
    context = options.context
    margins = recipe.pipeline.margins(over: range)
    sweep = SemiGlobalSweep(settings: recipe.settings)
    logits = recipe.confidence.logitsBySum
  }

  /// Maps of both images and of labels, and the scratch memory of every thread.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    let pixels = size.width * size.height
    let bytes = sweep.scratchBytes(
      width: size.width, height: size.height, disparities: range.count, instructionSet: context.instructionSet)
    let maps = 24 * pixels + (recipe.refinement.uniqueness > 0 ? (range.count + 3) * pixels : 0)
    return RunPlan(stages: [
      RunPlan.Stage(name: "sweep", bytes: context.parallel.threads * bytes + maps, multiplyAdds: 0),
      RunPlan.Stage(
        name: "refinement",
        bytes: context.parallel.threads * bytes + maps
          + FixedPointDisparities.speckleScratchBytes(width: size.width, height: size.height), multiplyAdds: 0),
    ])
  }

  /// Matches one pair.
  ///
  /// - Throws: ``StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    let context = context.following(progress)
    try match(pair, into: &result, in: context, sums: nil)
    if recipe.fills {
      FixedPointDisparities.label(
        recipe.refinement.doubts.rawValue, with: Validity.filled.rawValue, labels: &result.left.validity, over: checked,
        in: context)
    }
    recipe.confidence.seen.weigh(&result, holding: .logits, of: pair, in: context)
  }

  /// Matches one pair and keeps the sums of path costs, `[H][W][disparities]` bytes, where `sums` points.
  ///
  /// The confidence is left as logits that know nothing of the images. Small holes that the median closed are not labelled as
  /// filled here, and where `sums` are kept ``UnseenBorder`` does nothing: ModuleNet learned from such maps.
  ///
  /// - Precondition: nothing is compared for ambiguity, which needs the sums.
  /// - Throws: ``StereoError/cancelled``.
  package func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, in context: ComputeContext,
    sums: UnsafeMutablePointer<UInt8>?
  ) throws(StereoError) {
    precondition(sums == nil || recipe.refinement.uniqueness == 0, "SweepEngine: the sums serve the uniqueness check")
    prepare(pair.size)
    result.prepare(size: pair.size, range: range)
    sweep.match(
      left: pair.leftGray, right: pair.rightGray, leastDisparity: range.lowerBound, disparities: range.count,
      leftSixteenths: &left, rightSixteenths: &right, leastSums: &leastSums,
      sums: recipe.refinement.uniqueness > 0 ? allSums.storage : sums, in: context)
    try context.part("sweep").advance(0.8)
    let distrustsBorder = sums == nil
    if rightMap {
      refineRight(into: &result.right, distrustsBorder: distrustsBorder, in: context)
    } else {
      result.right.disparities.fill(.nan)
    }
    refineLeft(into: &result.left, distrustsBorder: distrustsBorder, in: context)
    FixedPointDisparities.confidence(
      ofSums: leastSums, labels: &result.left.validity, doubts: recipe.refinement.doubts.rawValue, values: logits,
      into: &result.confidence.values, in: context)
    try context.part("refinement").advance(1)
  }

  /// Memory for images of `size`.
  private func prepare(_ size: PixelSize) {
    left.resize(width: size.width, height: size.height)
    right.resize(width: size.width, height: size.height)
    checked.resize(width: size.width, height: size.height)
    leastSums.resize(width: size.width, height: size.height)
    let bytes = FixedPointDisparities.speckleScratchBytes(width: size.width, height: size.height)
    scratch.resize(width: recipe.isRefined ? bytes : 0, height: 1)
    if recipe.refinement.uniqueness > 0, allSums.width != size.width || allSums.height != size.height {
      allSums = Volume(uninitializedWidth: size.width, height: size.height, depth: range.count)
    }
  }

  /// The right image's map: checked, its holes filled.
  private func refineRight(into map: inout DisparityMap, distrustsBorder: Bool, in context: ComputeContext) {
    FixedPointDisparities.check(
      right, against: left, isRight: true, leastDisparity: range.lowerBound, disparities: range.count,
      tolerance: recipe.refinement.tolerance, checked: &checked, labels: &map.validity, in: context)
    if recipe.isRefined && distrustsBorder {
      borderPatches.refine(
        &checked, labels: &map.validity, of: .right, over: range, fills: recipe.fills, in: context)
    }
    if recipe.fills {
      FixedPointDisparities.fill(&checked, labels: &map.validity, in: context)
    }
    if recipe.isRefined {
      FixedPointDisparities.present(
        checked, leastDisparity: range.lowerBound, into: &map.disparities, in: context)
    } else {
      FixedPointDisparities.present(right, leastDisparity: range.lowerBound, into: &map.disparities, in: context)
    }
  }

  /// The left image's map: checked, filtered, filled.
  private func refineLeft(into map: inout DisparityMap, distrustsBorder: Bool, in context: ComputeContext) {
    FixedPointDisparities.check(
      left, against: right, isRight: false, leastDisparity: range.lowerBound, disparities: range.count,
      tolerance: recipe.refinement.tolerance, checked: &checked, labels: &map.validity, in: context)
    if recipe.isRefined {
      if recipe.refinement.uniqueness > 0 {
        recipe.refinement.removeAmbiguous(allSums, from: &checked, labels: &map.validity, in: context)
      }
      FixedPointDisparities.median5(checked, into: &left, in: context)
      FixedPointDisparities.removeSpeckles(
        from: &left, size: recipe.refinement.speckleSize, difference: recipe.refinement.speckleDifference,
        labels: &map.validity, scratch: &scratch, in: context)
      if distrustsBorder {
        borderPatches.refine(&left, labels: &map.validity, of: .left, over: range, fills: recipe.fills, in: context)
      }
    }
    guard recipe.fills else {
      if recipe.isRefined {
        // The median closed small holes; without filling they stay open.
        FixedPointDisparities.erase(recipe.refinement.doubts.rawValue, of: &map.validity, from: &left, in: context)
      }
      FixedPointDisparities.present(left, leastDisparity: range.lowerBound, into: &map.disparities, in: context)
      return
    }
    FixedPointDisparities.fill(&left, labels: &map.validity, in: context)
    FixedPointDisparities.median5(left, into: &checked, in: context)
    FixedPointDisparities.present(checked, leastDisparity: range.lowerBound, into: &map.disparities, in: context)
  }
}
