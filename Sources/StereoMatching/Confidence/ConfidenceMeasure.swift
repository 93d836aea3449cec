public import StereoCore
public import Tensors

/// A number for every pixel that tells good disparities from bad ones, in a unit of its own.
///
/// Measures are combined into a probability by ``CalibratedConfidence``.
public protocol ConfidenceMeasure: MatchingStage {
  /// The measure at every pixel of `map`, `[H, W]`, never NaN.
  ///
  /// - Parameters:
  ///   - map: the disparities as winner-takes-all left them.
  ///   - context: the costs and the other image's map; a measure says which it needs.
  func measure(_ map: borrowing DisparityMap, in context: borrowing RefinementContext) -> Plane<Float>
}

/// The last step of stereo matching: how far every disparity can be trusted, 0 … 1.
public protocol ConfidenceEstimation: MatchingStage {
  /// The confidence of every pixel of `map`.
  ///
  /// - Parameters:
  ///   - map: the disparities as winner-takes-all left them.
  ///   - context: the costs and the other image's map.
  func confidence(of map: borrowing DisparityMap, in context: borrowing RefinementContext) -> ConfidenceMap
}
