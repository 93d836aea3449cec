public import Tensors

/// A left and a right image of one size whose rows correspond: left (x, y) matches right (x − d, y).
///
/// It holds the images as they came and their intensities in 8 bits, which matching costs read. A pair is built once
/// and given new frames with ``replace(left:right:)``, which keeps its memory.
public struct RectifiedPair: ~Copyable, Sendable {
  /// The left image, the reference.
  public private(set) var left: Image
  /// The right image.
  public private(set) var right: Image
  /// Intensities of the left image, `[H, W]`, 0 … 255.
  public private(set) var leftGray: Plane<UInt8>
  /// Intensities of the right image, `[H, W]`, 0 … 255.
  public private(set) var rightGray: Plane<UInt8>

  /// The most pixels that an image may have.
  public static let greatestPixelCount = 1 << 28

  /// Width and height of either image, pixels.
  public var size: PixelSize { left.size }
  /// Columns, pixels.
  public var width: Int { left.width }
  /// Rows, pixels.
  public var height: Int { left.height }

  /// - Throws: ``StereoError/mismatchedSizes(left:right:)``; ``StereoError/invalidImage(operation:expected:found:)`` if
  ///   an image has no pixels or more than ``greatestPixelCount``.
  public init(left: consuming Image, right: consuming Image) throws(StereoError) {
    try Self.check(left.size, right.size)
    leftGray = Plane(uninitializedWidth: 0, height: 0)
    rightGray = Plane(uninitializedWidth: 0, height: 0)
    self.left = left
    self.right = right
    updateGray()
  }

  /// Takes the next frame, with the memory of the last one where the size is the same.
  ///
  /// - Throws: as ``init(left:right:)``; the pair is unchanged then.
  public mutating func replace(left: consuming Image, right: consuming Image) throws(StereoError) {
    try Self.check(left.size, right.size)
    self.left = left
    self.right = right
    updateGray()
  }

  private mutating func updateGray() {
    let white = max(left.greatestGray16(), right.greatestGray16())
    Self.updateGray(&leftGray, of: left, white: white)
    Self.updateGray(&rightGray, of: right, white: white)
  }

  private static func updateGray(_ gray: inout Plane<UInt8>, of image: borrowing Image, white: UInt16) {
    if image.format == .gray8 {
      gray = Plane(
        unsafelyBorrowing: image.bytes.storage, width: image.width, height: image.height,
        rowStride: image.bytes.rowStride)
    } else {
      gray.resize(width: image.width, height: image.height)
      image.writeGray(into: &gray, white: white)
    }
  }

  private static func check(_ left: PixelSize, _ right: PixelSize) throws(StereoError) {
    guard left == right else { throw .mismatchedSizes(left: left, right: right) }
    guard left.width > 0, left.height > 0, left.width <= greatestPixelCount / left.height else {
      throw .invalidImage(
        operation: "matching", expected: "1 to \(greatestPixelCount) pixels", found: "images of \(left)")
    }
  }
}
