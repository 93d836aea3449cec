/// A way from a rectified pair to disparities, with the memory it reuses from frame to frame.
///
/// A method is built for one disparity range and any image size, and used by one thread at a time; it spreads its own
/// work over threads. What it computes does not depend on their number.
public protocol StereoMethod: AnyObject {
  /// The disparities that it searches.
  var range: DisparityRange { get }

  /// How far a disparity looks beyond its pixel, partners included: by so much tiles of a large image overlap.
  var margins: Margins { get }

  /// What matching images of `size` will need.
  ///
  /// - Throws: ``StereoError`` if it cannot match images of this size.
  func plan(for size: PixelSize) throws(StereoError) -> RunPlan

  /// Matches one pair into `result`, which takes the pair's size.
  ///
  /// - Throws: ``StereoError/cancelled``, or what the pair has wrong for this method; `result` is unspecified then.
  func match(_ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress)
    throws(StereoError)
}
