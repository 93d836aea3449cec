public import Kernels
public import StereoCore
public import Tensors

/// A number for every pixel that tells good disparities from bad ones, in a unit of its own.
///
/// Measures are combined into a probability by ``CalibratedConfidence``.
public protocol ConfidenceMeasure: Sendable {
  /// How far the measure looks beyond its pixel.
  var margins: Margins { get }

  /// The measure at every pixel of `map`, `[H, W]`, never NaN.
  ///
  /// - Parameters:
  ///   - map: the disparities as winner-takes-all left them.
  ///   - evidence: the costs and the other image's map; a measure says which it needs.
  func measure(
    _ map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> Plane<Float>
}

/// The last step of stereo matching: how far every disparity can be trusted, 0 … 1.
public protocol ConfidenceEstimation: Sendable {
  /// How far the estimation looks beyond its pixel.
  var margins: Margins { get }
  /// How engines join its values with what the images show.
  var seen: SeenConfidence { get }

  /// The confidence of every pixel of `map`.
  ///
  /// - Parameters:
  ///   - map: the disparities as winner-takes-all left them.
  ///   - evidence: the costs and the other image's map.
  func confidence(
    of map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> ConfidenceMap
}

extension ConfidenceEstimation {
  /// That of ``CalibratedConfidence``.
  public var seen: SeenConfidence { .volumes }
}
