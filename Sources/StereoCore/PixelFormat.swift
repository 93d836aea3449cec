/// How the bytes of a pixel are meant.
public enum PixelFormat: String, CaseIterable, Sendable {
  /// One byte, intensity.
  case gray8
  /// Two bytes in the machine's order, intensity.
  case gray16
  /// Red, green, blue, one byte each.
  case rgb8
  /// Red, green, blue, two bytes each in the machine's order.
  case rgb16
  /// Blue, green, red, one byte each.
  case bgr8
  /// Red, green, blue, alpha, one byte each; alpha is not used.
  case rgba8

  /// Bytes of one pixel.
  public var bytesPerPixel: Int {
    switch self {
    case .gray8: 1
    case .gray16: 2
    case .rgb8, .bgr8: 3
    case .rgba8: 4
    case .rgb16: 6
    }
  }

  /// True if samples have 16 bits; ``IntensityScale`` makes 8 bits of them.
  public var isWide: Bool { self == .gray16 || self == .rgb16 }

  /// True if pixels have colour.
  public var isColour: Bool { self != .gray8 && self != .gray16 }
}
