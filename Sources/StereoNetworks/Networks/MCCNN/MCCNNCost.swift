public import StereoCore
public import StereoMatching

/// A matching cost of MC-CNN: its networks compute costs band by band and can say so.
///
/// Costs have no unit: minus a cosine, −1 … 1, or minus a probability, −1 … 0; NaN where x − d lies outside the right image.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 3.
public protocol MCCNNCost: ByteMatchingCost {
  /// `[H, W, D]` costs.
  ///
  /// - Parameter done: takes the share of rows that are done after each band; throws where the run is no longer wanted.
  /// - Throws: what `done` throws.
  func costs<Failure>(
    of pair: borrowing RectifiedPair, over range: DisparityRange, tell done: (Double) throws(Failure) -> Void
  ) throws(Failure) -> CostVolume
}

extension MCCNNCost {
  /// `[H, W, D]` costs.
  public func costs(of pair: borrowing RectifiedPair, over range: DisparityRange) -> CostVolume {
    costs(of: pair, over: range, tell: { (_: Double) in })
  }

  /// The same, band by band.
  ///
  /// - Throws: what `done` throws.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, done: (Double) throws(StereoError) -> Void
  ) throws(StereoError) -> CostVolume {
    try costs(of: pair, over: range, tell: done)
  }
}
