public import StereoCore

/// The first step of stereo matching: how unlike left (x, y) and right (x − d, y) are.
///
/// Source: Scharstein & Szeliski, A taxonomy and evaluation of dense two-frame stereo correspondence algorithms, IJCV 2002.
public protocol MatchingCost: MatchingStage {
  /// How far the cost looks beyond its pixel.
  var margins: Margins { get }

  /// The costs of every left pixel over `range`; NaN where x − d lies outside the right image.
  ///
  /// - Throws: ``StereoError`` if the pair or the options do not suit the cost.
  func costs(of pair: borrowing RectifiedPair, over range: DisparityRange) throws(StereoError) -> CostVolume
}
