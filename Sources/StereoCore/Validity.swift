/// Why a pixel's disparity is not to be trusted: a set of bits carried with the map.
///
/// An empty set is a disparity that passed every check. The bits stay when a pixel is filled; ``filled`` then joins them.
public struct Validity: OptionSet, BitwiseCopyable, Hashable, Sendable {
  /// The bits, as the validity PNG stores them.
  public let rawValue: UInt8

  /// - Parameter rawValue: the bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The pixel is seen in the left image only: it failed the left-right check and no disparity would pass it.
  public static let occlusion = Validity(rawValue: 1 << 0)
  /// The pixel failed the left-right check although some disparity would pass it.
  public static let mismatch = Validity(rawValue: 1 << 1)
  /// No disparity of the range points into the right image, a mask says that there is no image here or at the match, or the
  /// method computes nothing here.
  public static let outOfView = Validity(rawValue: 1 << 2)
  /// The second-best disparity is nearly as good as the best.
  public static let ambiguous = Validity(rawValue: 1 << 3)
  /// The pixel belonged to a small patch unlike its surroundings.
  public static let speckle = Validity(rawValue: 1 << 4)
  /// The winner is the first or last disparity of the range: the truth may lie beyond it.
  public static let rangeBorder = Validity(rawValue: 1 << 5)
  /// The disparity was interpolated from its surroundings, not matched.
  public static let filled = Validity(rawValue: 1 << 6)

  /// Names of the bits, in their order.
  public static let names: [(bit: Validity, name: String)] = [
    (.occlusion, "occlusion"), (.mismatch, "mismatch"), (.outOfView, "outOfView"), (.ambiguous, "ambiguous"),
    (.speckle, "speckle"), (.rangeBorder, "rangeBorder"), (.filled, "filled"),
  ]
}
