package import Kernels
package import StereoCore

/// How a network wants its images: normalised colours in a frame of zeros whose sides are multiples of some number.
package struct ImagePreparation: Sendable {
  /// value = colour / 255 · factor[channel] − subtrahend[channel], in the network's order of the channels.
  package let factor: SIMD3<Float>
  package let subtrahend: SIMD3<Float>
  /// Height and width of the frame are multiples of this, pixels.
  package let divisor: Int
  /// Whether the channels are blue, green, red, as Caffe reads images; otherwise red, green, blue.
  package let blueFirst: Bool

  /// (colour / 255 − mean) / deviation.
  package init(mean: SIMD3<Float>, deviation: SIMD3<Float>, divisor: Int, blueFirst: Bool = false) {
    factor = 1 / deviation
    subtrahend = mean / deviation
    self.divisor = divisor
    self.blueFirst = blueFirst
  }

  /// The frame's size for images of `size`.
  package func frame(for size: PixelSize) -> PixelSize {
    func up(_ n: Int) -> Int { (n + divisor - 1) / divisor * divisor }
    return PixelSize(width: up(size.width), height: up(size.height))
  }

  /// Writes `image` into the bottom left corner of `frame`, zeros above and to the right. Gray has three equal channels.
  package func write(_ image: borrowing Image, into frame: FeatureView, threads parallel: Parallel) {
    let top = frame.shape.height - image.height
    let (width, pixel) = (frame.shape.width, frame.pixel)
    precondition(
      top >= 0 && width >= image.width && frame.shape.channels == 3,
      "image of \(image.height)×\(image.width) in a frame of \(frame.shape)")
    for y in 0..<frame.shape.height {
      let row = frame.base + y * width * pixel
      row.update(repeating: 0, count: width * pixel)
      if y < top { continue }
      for x in 0..<image.width {
        let colour = image.colour(y: y - top, x: x)
        let red = SIMD3(Float(colour.red), Float(colour.green), Float(colour.blue))
        let values = (blueFirst ? SIMD3(red.z, red.y, red.x) : red) / 255 * factor - subtrahend
        for c in 0..<3 { row[x * pixel + c] = values[c] }
      }
    }
  }
}
