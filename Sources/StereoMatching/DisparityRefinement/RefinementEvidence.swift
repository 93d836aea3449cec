public import StereoCore

/// What a refinement may look at besides the map it refines.
public struct RefinementEvidence: ~Copyable {
  /// The image on whose pixels the refined map lies.
  public var view: ReferenceView
  /// The costs that the disparities were chosen from; `nil` where they were not kept.
  public var costs: CostVolume?
  /// The disparities of the other image, as winner-takes-all left them; `nil` where they were not computed.
  public var otherMap: DisparityMap?

  /// - Parameters:
  ///   - view: the image on whose pixels the refined map lies.
  ///   - costs: the costs that the disparities were chosen from, of either reference.
  ///   - otherMap: the disparities of the other image.
  public init(view: ReferenceView = .left, costs: consuming CostVolume? = nil, otherMap: consuming DisparityMap? = nil)
  {
    self.view = view
    self.costs = costs
    self.otherMap = otherMap
  }
}
