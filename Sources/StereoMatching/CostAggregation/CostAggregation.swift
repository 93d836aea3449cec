public import Kernels
public import StereoCore

/// The second step of stereo matching: costs that agree with those of their surroundings.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol CostAggregation: Sendable {
  /// How far the aggregation looks beyond its pixel.
  var margins: Margins { get }

  /// The aggregated costs, in the unit and of the shape and reference of `costs`. Cells without cost stay without.
  ///
  /// - Parameters:
  ///   - costs: `[H, W, D]`, lower is better, NaN: none.
  ///   - guide: the pair the costs were computed from.
  /// - Precondition: `guide` has the size of `costs`.
  func aggregate(
    _ costs: consuming CostVolume, guide: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume
}
