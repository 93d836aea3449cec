/// A support region around a pixel: how many pixels it reaches beyond it on each side, inside the image.
///
/// The region is every row of the vertical arm with that row's own horizontal arms.
struct SupportArms: BitwiseCopyable, Equatable {
  /// Pixels to the left.
  var left: Int32
  /// Pixels to the right.
  var right: Int32
  /// Pixels above.
  var up: Int32
  /// Pixels below.
  var down: Int32

  /// The part of both regions.
  func intersected(with other: SupportArms) -> SupportArms {
    SupportArms(
      left: min(left, other.left), right: min(right, other.right), up: min(up, other.up), down: min(down, other.down))
  }
}
