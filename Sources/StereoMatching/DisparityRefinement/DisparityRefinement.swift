public import StereoCore

/// The fourth step of stereo matching: checks, filters and fills a disparity map.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol DisparityRefinement: MatchingStage {
  /// The refined map, of the size and range of `map`.
  ///
  /// - Precondition: `context` has what the refinement needs (it says what), of the size of `map`.
  func refine(_ map: consuming DisparityMap, in context: borrowing RefinementContext) -> DisparityMap
}
