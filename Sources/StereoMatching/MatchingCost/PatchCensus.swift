public import Kernels
public import StereoCore
import Tensors

/// The census cost of MC-CNN's program: the Hamming distance of 9×9 patches.
///
///     C(y, x, d) = | { o : [ L(p + o) < L(p) ] ≠ [ R(q + o) < R(q) ] } |,   p = (y, x), q = (y, x − d)
///
/// over the 80 neighbours o, 0 … 80 bits. A neighbour that lies outside either image counts as a difference (``Census`` repeats
/// the image's border instead, and has the smaller windows that fit one word).
///
/// Source: Zabih & Woodfill, ECCV 1994, as Žbontar & LeCun, JMLR 2016, compare with it (section 5.3).
public struct PatchCensus: BandedMatchingCost {
  /// Pixels to each side of the centre.
  static let radius = 4
  /// The window's radii.
  public var margins: Margins { Margins(horizontal: Self.radius, vertical: Self.radius) }
  /// Bits.
  public var bounds: ClosedRange<Float> { 0...80 }

  /// A step without parameters.
  public init() {}

  /// The comparisons around one pixel, forty bits in each word, and which of them lie inside the image.
  struct Bits: BitwiseCopyable {
    var (upper, lower) = (UInt64(0), UInt64(0))
    var (upperInside, lowerInside) = (UInt64(0), UInt64(0))

    /// The number of differences of two pixels' bits.
    func distance(to other: Bits) -> Int {
      let (u, l) = (upperInside & other.upperInside, lowerInside & other.lowerInside)
      let compared = u.nonzeroBitCount + l.nonzeroBitCount
      return ((upper ^ other.upper) & u).nonzeroBitCount + ((lower ^ other.lower) & l).nonzeroBitCount + 80 - compared
    }
  }

  /// Both images' bits.
  public func imageBytes(for size: PixelSize) -> Int { 2 * size.width * size.height * MemoryLayout<Bits>.stride }

  /// Hamming distances, bits.
  public func filler(for pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext)
    -> Filler
  {
    let (left, right) = (transform(pair.leftGray), transform(pair.rightGray))
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    return { band, firstRow in
      context.rows(of: &band) { y, row in
        let first = (firstRow + y) * width
        guard first < left.pixels.count else { return }
        for x in 0..<width {
          let bits = left.pixels[first + x]
          for k in range.planes(reachableFrom: x, width: width, reference: .left) {
            row[x * count + k] = Float(bits.distance(to: right.pixels[first + x - lower - k]))
          }
        }
      }
    }
  }

  /// An image's bits, which several threads read.
  private final class Transform: Sendable {
    let pixels: [Bits]
    init(_ pixels: [Bits]) { self.pixels = pixels }
  }

  private func transform(_ image: borrowing Plane<UInt8>) -> Transform {
    var pixels: [Bits] = []
    pixels.reserveCapacity(image.count)
    for y in 0..<image.height {
      for x in 0..<image.width { pixels.append(Self.bits(of: image, y, x)) }
    }
    return Transform(pixels)
  }

  /// The bits of one pixel.
  static func bits(of image: borrowing Plane<UInt8>, _ y: Int, _ x: Int) -> Bits {
    var bits = Bits()
    let centre = image[y, x]
    for dy in -radius...radius {
      for dx in -radius...radius where (dy, dx) != (0, 0) {
        let inside = y + dy >= 0 && y + dy < image.height && x + dx >= 0 && x + dx < image.width
        let bit: UInt64 = inside && image[y + dy, x + dx] < centre ? 1 : 0
        if (dy, dx) < (0, 0) {
          bits.upper = bits.upper << 1 | bit
          bits.upperInside = bits.upperInside << 1 | (inside ? 1 : 0)
        } else {
          bits.lower = bits.lower << 1 | bit
          bits.lowerInside = bits.lowerInside << 1 | (inside ? 1 : 0)
        }
      }
    }
    return bits
  }
}

extension PatchCensus {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "patch-census", "census of 9×9 pixels as MC-CNN's authors compare with it", suits: ["p1": 4, "p2": 60]
  ) { _ in [PatchCensus()] }
}
