public import Tensors

/// A left and a right image of one size whose rows correspond: left (x, y) matches right (x − d, y).
///
/// It holds the images as they came, and the one truth of their intensities: 8 bits of gray and of colour, which everything
/// that looks at intensities asks for (matching costs, networks, point clouds, reports). Samples of 16 bits are scaled by
/// what their files declare, else by the significant bits of both views, see ``IntensityScale``; 8 bits stay as they are.
///
/// A pair is built once and given new frames with ``replace(left:right:)``, which keeps its memory.
public struct RectifiedPair: ~Copyable, Sendable {
  /// The left image as it came, the reference.
  public private(set) var left: Image
  /// The right image as it came.
  public private(set) var right: Image
  /// How the samples of each image became 8 bits; one scale where both have 16 bits and declare the same white, or none.
  public private(set) var scales: (left: IntensityScale, right: IntensityScale) = (.eightBits, .eightBits)
  /// Where the left image has no image, `[H, W]`: 0, all else is image; nil: everywhere is image.
  public private(set) var leftMask: Plane<UInt8>?
  /// Where the right image has no image, `[H, W]`: 0, all else is image; nil: everywhere is image.
  public private(set) var rightMask: Plane<UInt8>?

  /// Intensities of the left image, `[H, W]`, 0 … 255.
  public private(set) var leftGray = Plane<UInt8>(uninitializedWidth: 0, height: 0)
  /// Intensities of the right image, `[H, W]`, 0 … 255.
  public private(set) var rightGray = Plane<UInt8>(uninitializedWidth: 0, height: 0)
  /// The left image with 8 bits a sample; gray stays gray.
  public private(set) var leftColours = Image(format: .gray8, bytes: Plane(uninitializedWidth: 0, height: 0))
  /// The right image with 8 bits a sample; gray stays gray.
  public private(set) var rightColours = Image(format: .gray8, bytes: Plane(uninitializedWidth: 0, height: 0))

  private var leftSamples = Plane<UInt8>(uninitializedWidth: 0, height: 0)
  private var rightSamples = Plane<UInt8>(uninitializedWidth: 0, height: 0)
  private var histogram = IntensityHistogram()

  /// The most pixels that an image may have.
  public static let greatestPixelCount = 1 << 28

  /// Width and height of either image, pixels.
  public var size: PixelSize { left.size }
  /// Columns, pixels.
  public var width: Int { left.width }
  /// Rows, pixels.
  public var height: Int { left.height }

  /// - Parameters:
  ///   - left: the reference.
  ///   - right: the other image.
  ///   - leftMask: 0 where `left` holds no image (outside a rectified picture, no data); nil: it is image everywhere.
  ///   - rightMask: the same of `right`.
  /// - Throws: ``StereoError/mismatchedSizes(left:right:)``; ``StereoError/invalidImage(operation:expected:found:)`` if
  ///   an image has no pixels or more than ``greatestPixelCount``, or a mask has another size.
  public init(
    left: consuming Image, right: consuming Image, leftMask: consuming Plane<UInt8>? = nil,
    rightMask: consuming Plane<UInt8>? = nil
  ) throws(StereoError) {
    try Self.check(left.size, right.size)
    try Self.check(leftMask, "left", left.size)
    try Self.check(rightMask, "right", left.size)
    self.left = left
    self.right = right
    self.leftMask = leftMask
    self.rightMask = rightMask
    updateIntensities()
  }

  /// Takes the next frame, with the memory of the last one where the size is the same. Masks stay.
  ///
  /// - Throws: as ``init(left:right:leftMask:rightMask:)``, also where a mask stays that has another size; the pair is
  ///   unchanged then.
  public mutating func replace(left: consuming Image, right: consuming Image) throws(StereoError) {
    try Self.check(left.size, right.size)
    try Self.check(leftMask, "left", left.size)
    try Self.check(rightMask, "right", left.size)
    self.left = left
    self.right = right
    updateIntensities()
  }

  /// Takes other masks: 0 where there is no image; nil: everywhere is image.
  ///
  /// - Throws: ``StereoError/invalidImage(operation:expected:found:)`` if a mask has another size; the pair is unchanged then.
  public mutating func setMasks(
    left leftMask: consuming Plane<UInt8>?, right rightMask: consuming Plane<UInt8>?
  ) throws(StereoError) {
    try Self.check(leftMask, "left", size)
    try Self.check(rightMask, "right", size)
    self.leftMask = leftMask
    self.rightMask = rightMask
    updateIntensities()
  }

  /// What was done to samples of 16 bits, one sentence each; none for images of 8 bits.
  public var notes: [String] {
    func note(_ view: String, _ scale: IntensityScale) -> String { "\(view): \(scale)" }
    if scales.left == scales.right {
      return scales.left == .eightBits ? [] : [note("intensities of both images", scales.left)]
    }
    return [("left", scales.left), ("right", scales.right)].map { note("intensities of the \($0.0) image", $0.1) }
  }

  /// What may be wrong with the two images as a pair, one sentence each.
  public var warnings: [String] {
    guard left.orientation != right.orientation else { return [] }
    return [
      "the files say that they are stored differently (Exif orientation \(left.orientation.rawValue) left, "
        + "\(right.orientation.rawValue) right): both were turned as they say, and one of them may be wrong"
    ]
  }

  private mutating func updateIntensities() {
    scales = (.eightBits, .eightBits)
    if left.format.isWide && right.format.isWide && left.declaredWhite == right.declaredWhite {
      histogram.clear()
      histogram.count(left, mask: leftMask)
      histogram.count(right, mask: rightMask)
      let scale = histogram.scale(declaredWhite: left.declaredWhite)
      scales = (scale, scale)
    } else {
      if left.format.isWide { scales.left = Self.scale(of: left, mask: leftMask, &histogram) }
      if right.format.isWide { scales.right = Self.scale(of: right, mask: rightMask, &histogram) }
    }
    left.makeEightBits(scale: scales.left, gray: &leftGray, colours: &leftColours, samples: &leftSamples)
    right.makeEightBits(scale: scales.right, gray: &rightGray, colours: &rightColours, samples: &rightSamples)
  }

  private static func scale(
    of image: borrowing Image, mask: borrowing Plane<UInt8>?, _ histogram: inout IntensityHistogram
  ) -> IntensityScale {
    histogram.clear()
    histogram.count(image, mask: mask)
    return histogram.scale(declaredWhite: image.declaredWhite)
  }

  private static func check(_ left: PixelSize, _ right: PixelSize) throws(StereoError) {
    guard left == right else { throw .mismatchedSizes(left: left, right: right) }
    guard left.width > 0, left.height > 0, left.width <= greatestPixelCount / left.height else {
      throw .invalidImage(
        operation: "matching", expected: "1 to \(greatestPixelCount) pixels", found: "images of \(left)")
    }
  }

  private static func check(_ mask: borrowing Plane<UInt8>?, _ view: String, _ size: PixelSize) throws(StereoError) {
    switch mask {
    case .none: return
    case .some(let mask):
      let found = PixelSize(width: mask.width, height: mask.height)
      guard found == size else {
        throw .invalidImage(
          operation: "mask of the \(view) image", expected: "\(size) as the images", found: "\(found)")
      }
    }
  }
}
