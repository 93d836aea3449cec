import Kernels
public import StereoCore
import Tensors

/// Classical stereo as one value, a recipe: cost, aggregation, optimisation, winner-takes-all, refinement, confidence.
///
///     let pipeline = MatchingPipeline(
///       cost: Census(window: .nineBySeven),
///       optimisation: SemiGlobalMatching(paths: .eight, penalties: .constant(p1: 3, p2: 40)),
///       refinements: [LeftRightCheck(), SubpixelInterpolation(), MedianFilter(), BackgroundFill()])
///     let result = try pipeline.match(pair, over: DisparityRange(0, upTo: 128))
///
/// Every part can be exchanged for any other of its kind. Both images' maps come out. How the recipe is carried out is the matter
/// of an engine, ``engine(over:options:)``; what may be rounded for it is part of the recipe, ``precision``.
///
/// Source: Scharstein & Szeliski's taxonomy, IJCV 2002.
public struct MatchingPipeline: Sendable {
  /// Where the right image's disparities come from.
  public enum RightDisparities: Sendable {
    /// From the left image's regularised costs, along their diagonals: costs nothing more.
    case fromLeftCosts
    /// From costs that are aggregated and regularised with the right image as reference, as MC-CNN does it: twice the
    /// time of those steps and another volume.
    case fromOwnCosts
  }

  /// The coarsest numbers that costs may be counted in: an engine may use finer ones.
  public enum Precision: Sendable, Equatable {
    /// Floats.
    case floats
    /// Bytes: costs are rounded to 1/254 of their interval, after each aggregation again, sums of path costs to a quarter of
    /// that. Filled pixels keep whole disparities, and medians count missing neighbours at the border as the centre.
    case bytes
    /// Bits: costs and penalties are whole, sums of path costs end at 255, disparities are sixteenths of a pixel; paths that
    /// come from other bands of rows settle in so many rows, and partners outside are the nearest pixels inside.
    case bits(settlingRows: Int)
  }

  /// Step 1.
  public var cost: any MatchingCost
  /// Step 2, in this order.
  public var aggregations: [any CostAggregation]
  /// Step 3; `nil`: none, a purely local method.
  public var optimisation: (any DisparityOptimisation)?
  /// Aggregations after the optimisation (MC-CNN's second one), in this order.
  public var furtherAggregations: [any CostAggregation]
  /// Where the right image's disparities come from.
  public var rightDisparities: RightDisparities
  /// Step 4, in this order.
  public var refinements: [any DisparityRefinement]
  /// Step 4 for the right image's map; `nil`: the same.
  public var rightRefinements: [any DisparityRefinement]?
  /// Confidence of the left image's disparities; `nil`: 1 where there is a disparity that was not filled, else 0.
  public var confidence: (any ConfidenceEstimation)?
  /// The coarsest numbers that costs may be counted in.
  public var precision: Precision

  /// - Parameters:
  ///   - cost: step 1.
  ///   - aggregations: step 2.
  ///   - optimisation: step 3.
  ///   - furtherAggregations: aggregations after the optimisation.
  ///   - rightDisparities: where the right image's disparities come from.
  ///   - refinements: step 4.
  ///   - rightRefinements: step 4 for the right image's map; `nil`: the same.
  ///   - confidence: confidence of the left image's disparities.
  ///   - precision: the coarsest numbers that costs may be counted in.
  public init(
    cost: any MatchingCost, aggregations: [any CostAggregation] = [], optimisation: (any DisparityOptimisation)? = nil,
    furtherAggregations: [any CostAggregation] = [], rightDisparities: RightDisparities = .fromLeftCosts,
    refinements: [any DisparityRefinement] = [], rightRefinements: [any DisparityRefinement]? = nil,
    confidence: (any ConfidenceEstimation)? = CalibratedConfidence(), precision: Precision = .floats
  ) {
    self.cost = cost
    self.aggregations = aggregations
    self.optimisation = optimisation
    self.furtherAggregations = furtherAggregations
    self.rightDisparities = rightDisparities
    self.refinements = refinements
    self.rightRefinements = rightRefinements
    self.confidence = confidence
    self.precision = precision
  }

  /// Matches one pair with the engine that ``engine(over:options:)`` chooses.
  ///
  /// An engine that is kept uses its memory again for the next frame.
  ///
  /// - Throws: what the cost throws; ``StereoError/cancelled``.
  public func match(
    _ pair: borrowing RectifiedPair, over range: DisparityRange, options: MatchingOptions = MatchingOptions(),
    progress: RunProgress = RunProgress()
  ) throws(StereoError) -> StereoResult {
    var result = StereoResult(size: pair.size, range: range)
    try engine(over: range, options: options).match(pair, into: &result, progress: progress)
    return result
  }

  /// How far a disparity looks beyond its pixel: all steps together, and the partners in the other image.
  public func margins(over range: DisparityRange) -> Margins {
    var sum = cost.margins + Margins(searching: range)
    for aggregation in aggregations + furtherAggregations { sum = sum + aggregation.margins }
    if let optimisation { sum = sum + optimisation.margins }
    for refinement in refinements { sum = sum + refinement.margins }
    if refinements.contains(where: \.needsOtherMap) {
      // The partner's own disparity comes from all of its partners, which lie within a range of the pixel.
      sum = sum + Margins(horizontal: range.count - 1, vertical: 0)
    }
    return sum
  }

  /// Step 4 for the image that `evidence` names.
  func refined(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    var map = map
    let steps = evidence.view == .left ? refinements : rightRefinements ?? refinements
    for refinement in steps { map = refinement.refine(map, with: evidence, in: context) }
    return map
  }

  /// 1 where there is a disparity that was not filled, else 0.
  static func certainty(of map: borrowing DisparityMap) -> ConfidenceMap {
    var result = ConfidenceMap(values: Plane(width: map.width, height: map.height, repeating: 0))
    for y in 0..<map.height {
      for x in 0..<map.width where !map.disparities[y, x].isNaN && !map.validity[y, x].contains(.filled) {
        result.values[y, x] = 1
      }
    }
    return result
  }

  /// Cells of a volume for images of `size`.
  ///
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` for more than memory can address.
  static func cells(of size: PixelSize, planes: Int) throws(StereoError) -> Int {
    let (pixels, overflow) = size.width.multipliedReportingOverflow(by: size.height)
    let (cells, further) = pixels.multipliedReportingOverflow(by: planes)
    guard !overflow, !further, cells < Int.max / 16 else {
      throw .invalidImage(
        operation: "matching", expected: "a cost volume that memory can address",
        found: "\(size) pixels times \(planes) disparities")
    }
    return cells
  }
}
