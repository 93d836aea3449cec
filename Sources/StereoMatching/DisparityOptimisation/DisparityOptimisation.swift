public import Kernels
public import StereoCore

/// The third step of stereo matching: costs that take the smoothness of the whole image into account.
///
/// Its result is still a cost volume, from which ``WinnerTakesAll`` reads the disparities and confidence measures how
/// certain they are.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol DisparityOptimisation: Sendable {
  /// How far the optimisation looks beyond its pixel.
  var margins: Margins { get }

  /// The regularised costs, of the shape and reference of `costs`. Cells without cost stay without.
  ///
  /// - Parameters:
  ///   - costs: `[H, W, D]`, lower is better, NaN: none.
  ///   - pair: the pair the costs were computed from.
  /// - Precondition: `pair` has the size of `costs`.
  func regularise(
    _ costs: consuming CostVolume, of pair: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume
}
