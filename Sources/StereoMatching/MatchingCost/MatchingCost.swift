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

  /// The same, told about: costs that take long say after each part of the work which share of it is done.
  ///
  /// - Parameter done: takes the share, 0 … 1; throws where the run is no longer wanted.
  func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, done: (Double) throws(StereoError) -> Void
  ) throws(StereoError) -> CostVolume

  /// About which share of a whole run the costs take, 0 … 1, for its progress.
  var workShare: Double { get }
}

extension MatchingCost {
  /// In one part.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, done: (Double) throws(StereoError) -> Void
  ) throws(StereoError) -> CostVolume {
    try costs(of: pair, over: range)
  }

  /// A fifth.
  public var workShare: Double { 0.2 }
}
