public import Kernels
public import StereoCore

/// The fourth step of stereo matching: checks, filters and fills a disparity map.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol DisparityRefinement: Sendable {
  /// How far the refinement looks beyond its pixel.
  var margins: Margins { get }

  /// Whether ``RefinementEvidence/costs`` must be there.
  var needsCosts: Bool { get }
  /// Whether ``RefinementEvidence/otherMap`` must be there.
  var needsOtherMap: Bool { get }

  /// The refined map, of the size and range of `map`.
  ///
  /// - Precondition: `evidence` has what the refinement needs (it says what), of the size of `map`.
  func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap
}

extension DisparityRefinement {
  /// They need not.
  public var needsCosts: Bool { false }
  /// It need not.
  public var needsOtherMap: Bool { false }
}
