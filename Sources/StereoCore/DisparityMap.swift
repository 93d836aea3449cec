public import Tensors

/// A disparity for every pixel of the left image, and why it may not be trusted.
///
/// Disparities are pixels of the image's resolution, NaN where there is none. In a map of the right image, right (x, y)
/// matches left (x + d, y).
public struct DisparityMap: ~Copyable, Sendable {
  /// `[H, W]` disparities, pixels; NaN: none.
  public var disparities: Plane<Float>
  /// `[H, W]` bits that say why a pixel is not trusted.
  public var validity: Plane<Validity>
  /// The range that was searched.
  public var range: DisparityRange

  /// A map with the given values.
  ///
  /// - Precondition: both planes have one size.
  public init(disparities: consuming Plane<Float>, validity: consuming Plane<Validity>, range: DisparityRange) {
    precondition(
      disparities.width == validity.width && disparities.height == validity.height,
      "DisparityMap: disparities \(disparities.height)×\(disparities.width), validity \(validity.height)×\(validity.width)"
    )
    self.disparities = disparities
    self.validity = validity
    self.range = range
  }

  /// A map without any disparity.
  public init(width: Int, height: Int, range: DisparityRange) {
    disparities = Plane(width: width, height: height, repeating: .nan)
    validity = Plane(width: width, height: height, repeating: [])
    self.range = range
  }

  /// Columns, pixels.
  public var width: Int { disparities.width }
  /// Rows, pixels.
  public var height: Int { disparities.height }
  /// Width and height, pixels.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// A map of its own with the same values.
  public func copy() -> DisparityMap {
    DisparityMap(disparities: disparities.copy(), validity: validity.copy(), range: range)
  }

  /// Share of pixels that have a disparity, and share of pixels whose disparity was filled, both 0 … 1.
  public func fractions() -> (valid: Double, filled: Double) {
    var valid = 0
    var filled = 0
    for y in 0..<height {
      let (values, bits) = (disparities.row(y), validity.row(y))
      for x in values.indices where values[x].isFinite {
        valid += 1
        if bits[x].contains(.filled) { filled += 1 }
      }
    }
    let count = Double(max(width * height, 1))
    return (Double(valid) / count, Double(filled) / count)
  }
}
