public import Kernels
import StereoCore
public import Tensors

/// The census transform: one bit for every comparison inside a window, so that only the order of intensities counts.
///
///     plain:            bit i = [ I(p + oᵢ) < I(p) ]            for every neighbour o of the window, centre left out
///     centre-symmetric: bit i = [ I(p − oᵢ) > I(p + oᵢ) ]       for every pair of opposite neighbours, p − o first
///
/// Neighbours are taken row by row from the upper left, the first one in the most significant of the bits in use.
/// A neighbour outside the image is the nearest pixel inside it (coordinates are clamped), so every pixel has all bits.
///
/// Sources: Zabih & Woodfill, Non-parametric local transforms for computing visual correspondence, ECCV 1994;
/// Spangenberg, Langner & Rojas, Weighted semi-global matching and center-symmetric census transform for robust driver
/// assistance, CAIP 2013 (the centre-symmetric form: half the bits, and none of them hangs on the centre alone).
public struct CensusTransform: Sendable, Hashable {
  /// Width and height of the window, pixels.
  public enum Window: String, CaseIterable, Sendable {
    /// 5 wide, 5 high: 24 bits, centre-symmetric 12.
    case fiveByFive = "5x5"
    /// 7 wide, 7 high: 48 bits, centre-symmetric 24.
    case sevenBySeven = "7x7"
    /// 9 wide, 7 high: 62 bits, centre-symmetric 31.
    case nineBySeven = "9x7"

    /// Columns to either side of the centre.
    public var horizontalRadius: Int {
      switch self {
      case .fiveByFive: 2
      case .sevenBySeven: 3
      case .nineBySeven: 4
      }
    }
    /// Rows above and below the centre.
    public var verticalRadius: Int { self == .fiveByFive ? 2 : 3 }
    /// Pixels of the window without its centre.
    public var neighbourCount: Int { (2 * horizontalRadius + 1) * (2 * verticalRadius + 1) - 1 }
  }

  /// The window.
  public var window: Window
  /// True: opposite neighbours are compared with each other; false: every neighbour with the centre.
  public var isCentreSymmetric: Bool

  /// - Parameters:
  ///   - window: width and height.
  ///   - isCentreSymmetric: whether opposite neighbours are compared with each other instead of with the centre.
  public init(window: Window = .nineBySeven, isCentreSymmetric: Bool = false) {
    self.window = window
    self.isCentreSymmetric = isCentreSymmetric
  }

  /// Number of bits in use, at most 62.
  public var bitCount: Int { isCentreSymmetric ? window.neighbourCount / 2 : window.neighbourCount }

  /// Transforms an image `[H, W]` of intensities into `[H, W]` bit strings.
  public func callAsFunction(_ image: borrowing Plane<UInt8>, in context: ComputeContext) -> Plane<UInt64> {
    var result = Plane<UInt64>(width: image.width, height: image.height, repeating: 0)
    context.rows(of: &result) { y, row in
      for x in row.indices { row[x] = bits(of: image, y: y, x: x) }
    }
    return result
  }

  /// The bit string of one pixel.
  func bits(of image: borrowing Plane<UInt8>, y: Int, x: Int) -> UInt64 {
    let (rx, ry) = (window.horizontalRadius, window.verticalRadius)
    func intensity(_ dy: Int, _ dx: Int) -> UInt8 {
      image[min(max(y + dy, 0), image.height - 1), min(max(x + dx, 0), image.width - 1)]
    }
    let centre = image[y, x]
    var bits: UInt64 = 0
    for dy in -ry...ry {
      for dx in -rx...rx where (dy, dx) != (0, 0) {
        if isCentreSymmetric {
          // The second half of the window, seen from its first half.
          if (dy, dx) > (0, 0) { return bits }
          bits = bits << 1 | (intensity(dy, dx) > intensity(-dy, -dx) ? 1 : 0)
        } else {
          bits = bits << 1 | (intensity(dy, dx) < centre ? 1 : 0)
        }
      }
    }
    return bits
  }
}

extension CensusTransform {
  /// The parameters of the costs that compare census transforms.
  static let parameters = [
    MethodParameter(
      "window", "width and height of the census window, pixels", .choice(Window.allCases.map(\.rawValue)),
      default: .word(Window.nineBySeven.rawValue)),
    MethodParameter(
      "centre-symmetric", "whether opposite neighbours are compared with each other instead of with the centre", .truth,
      default: false),
  ]

  /// The transform that the values of ``parameters`` are.
  init(_ values: ParameterValues) {
    guard let window = Window(rawValue: values.word("window")) else { preconditionFailure("census: window") }
    self.init(window: window, isCentreSymmetric: values.truth("centre-symmetric"))
  }
}
