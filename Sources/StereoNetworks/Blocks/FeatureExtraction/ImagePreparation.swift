package import Kernels
package import StereoCore

/// How a network wants its images: normalised colours in a frame of zeros whose sides are multiples of some number.
package struct ImagePreparation: Sendable {
  /// Where the colours' mean and deviation come from.
  package enum Statistics: Sendable {
    /// The same for all images: of colours in 0 … 1, in the network's order of the channels.
    case fixed(mean: SIMD3<Float>, deviation: SIMD3<Float>)
    /// Those of each image's own channels (red, green, blue), the deviation with divisor n. A channel of one value becomes 0.
    case ofImage
  }

  /// Where the image lies in its frame.
  package enum Corner: Sendable {
    /// Zeros above and to the right.
    case bottomLeft
    /// Zeros above and to the left.
    case bottomRight
  }

  /// value = (colour − mean) / deviation.
  package let statistics: Statistics
  /// Where the image lies.
  package let corner: Corner
  /// Height and width of the frame are multiples of this, pixels.
  package let divisor: Int
  /// Whether the channels are blue, green, red, as Caffe reads images; otherwise red, green, blue.
  package let blueFirst: Bool

  /// A preparation; see the properties.
  package init(_ statistics: Statistics, corner: Corner, divisor: Int, blueFirst: Bool = false) {
    self.statistics = statistics
    self.corner = corner
    self.divisor = divisor
    self.blueFirst = blueFirst
  }

  /// (colour / 255 − mean) / deviation in the bottom left corner.
  package init(mean: SIMD3<Float>, deviation: SIMD3<Float>, divisor: Int, blueFirst: Bool = false) {
    self.init(
      .fixed(mean: mean, deviation: deviation), corner: .bottomLeft, divisor: divisor, blueFirst: blueFirst)
  }

  /// The frame's size for images of `size`.
  package func frame(for size: PixelSize) -> PixelSize {
    func up(_ n: Int) -> Int { (n + divisor - 1) / divisor * divisor }
    return PixelSize(width: up(size.width), height: up(size.height))
  }

  /// Row and column of the frame that the image's first pixel lies at.
  package func origin(of size: PixelSize, in frame: PixelSize) -> (y: Int, x: Int) {
    (frame.height - size.height, corner == .bottomRight ? frame.width - size.width : 0)
  }

  /// Writes `image` into its corner of `frame`, zeros elsewhere. Gray has three equal channels.
  package func write(_ image: borrowing Image, into frame: FeatureView) {
    let (width, pixel) = (frame.shape.width, frame.pixel)
    precondition(
      frame.shape.height >= image.height && width >= image.width && frame.shape.channels == 3,
      "image of \(image.height)×\(image.width) in a frame of \(frame.shape)")
    let (top, left) = origin(
      of: PixelSize(width: image.width, height: image.height),
      in: PixelSize(width: width, height: frame.shape.height))
    let (factor, subtrahend) = normalisation(of: image)
    for y in 0..<frame.shape.height {
      var row = frame.mutableRow(y)
      for i in row.indices { row[i] = 0 }
      if y < top { continue }
      for x in 0..<image.width {
        let colour = image.colour(y: y - top, x: x)
        let red = SIMD3(Float(colour.red), Float(colour.green), Float(colour.blue))
        let values = (blueFirst ? SIMD3(red.z, red.y, red.x) : red) / 255 * factor - subtrahend
        for c in 0..<3 { row[(x + left) * pixel + c] = values[c] }
      }
    }
  }

  /// Factor and subtrahend of colours in 0 … 1.
  private func normalisation(of image: borrowing Image) -> (factor: SIMD3<Float>, subtrahend: SIMD3<Float>) {
    guard case .fixed(let mean, let deviation) = statistics else { return Self.normalisation(byTheImage: image) }
    return (1 / deviation, mean / deviation)
  }

  private static func normalisation(
    byTheImage image: borrowing Image
  ) -> (factor: SIMD3<Float>, subtrahend: SIMD3<Float>) {
    var (sum, squares) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    for y in 0..<image.height {
      for x in 0..<image.width {
        let colour = image.colour(y: y, x: x)
        let values = SIMD3(Double(colour.red), Double(colour.green), Double(colour.blue)) / 255
        sum += values
        squares += values * values
      }
    }
    let mean = sum / Double(image.width * image.height)
    let variance = squares / Double(image.width * image.height) - mean * mean
    // The variance of a channel with one value is rounding error alone; one step of 8 bits in a million pixels has more.
    let factor = (1 / variance.squareRoot()).replacing(with: 0, where: variance .< 1e-12)
    return (SIMD3<Float>(factor), SIMD3<Float>(mean * factor))
  }
}
