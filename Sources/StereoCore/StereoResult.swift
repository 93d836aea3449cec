import Tensors

/// What matching one pair gives: disparity maps of both images and the confidence of the left one.
///
/// A result is made once for a size and filled for every frame, so that no memory is allocated between frames.
public struct StereoResult: ~Copyable, Sendable {
  /// Disparities of the left image.
  public var left: DisparityMap
  /// Disparities of the right image; all NaN if the method does not compute them.
  public var right: DisparityMap
  /// Confidence of `left`, 0 … 1.
  public var confidence: ConfidenceMap
  /// What the method noticed and the user should know, one sentence each (such as a poorly rectified pair).
  public var warnings: [String] = []
  /// The median vertical displacement between the images, pixels, positive downwards; nil where a method measures none. About 0
  /// in a rectified pair.
  public var verticalFlow: Float?

  /// A result without any disparity, for images of `size`.
  public init(size: PixelSize, range: DisparityRange) {
    left = DisparityMap(width: size.width, height: size.height, range: range)
    right = DisparityMap(width: size.width, height: size.height, range: range)
    confidence = ConfidenceMap(values: Plane(width: size.width, height: size.height, repeating: 0))
  }

  /// Width and height of the maps, pixels.
  public var size: PixelSize { left.size }

  /// Makes the maps of `size` and `range`, keeping their memory if the size is the same.
  package mutating func prepare(size: PixelSize, range: DisparityRange) {
    warnings.removeAll(keepingCapacity: true)
    verticalFlow = nil
    left.range = range
    right.range = range
    if size != self.size { self = StereoResult(size: size, range: range) }
  }
}
