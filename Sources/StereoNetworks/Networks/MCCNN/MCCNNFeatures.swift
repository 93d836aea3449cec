package import Kernels
package import NeuralNetwork
internal import StereoCore
package import Tensors

/// The convolutions of MC-CNN on one image: 3×3 layers with ReLU between them, band of rows by band of rows.
///
/// Number of layers and of feature maps are those of the tensors `conv_blocks.0`, `.2`, `.4` …. Bands keep the memory small
/// (a whole KITTI map of 64 features takes 119 MB) and do not depend on the number of threads.
/// Source: Žbontar & LeCun, Stereo matching by training a convolutional neural network, JMLR 2016, figure 2.
package struct MCCNNFeatures: Sendable {
  /// Rows that are computed together.
  package static let bandRows = 32

  /// Padding and standard deviation.
  package let conventions: MCCNNConventions
  /// Whether a ReLU follows the last convolution: it does in the accurate network.
  package let rectifiesLast: Bool
  private let layers: [ConvolutionLayer]

  /// Takes the convolutions of a checkpoint.
  package init(_ reader: LayerReader, conventions: MCCNNConventions, rectifiesLast: Bool) {
    var layers: [ConvolutionLayer] = []
    repeat {
      let path = "conv_blocks.\(2 * layers.count)"
      layers.append(
        reader.convolution(
          path, hasBias: true,
          ConvolutionGeometry(
            spatial: 2, inChannels: layers.last?.geometry.outChannels ?? 1,
            outChannels: reader.outChannels(path, spatial: 2), kernel: 3)))
    } while reader.weights.containsScope("conv_blocks.\(2 * layers.count)")
    self.layers = layers
    self.conventions = conventions
    self.rectifiesLast = rectifiesLast
  }

  /// Feature maps.
  package var maps: Int { layers.last!.geometry.outChannels }
  /// Multiplications with addition that the features of a pixel take.
  package var multiplyAddsPerPixel: Int {
    layers.reduce(0) { $0 + 9 * $1.geometry.inChannels * $1.geometry.outChannels }
  }
  /// Pixels that a feature sees on each side of its own: one a layer.
  package var margin: Int { layers.count }

  /// First rows and number of rows of the bands of an image of `height` rows: the last band overlaps the one before, so that all
  /// have one size.
  package static func bands(height: Int) -> [Range<Int>] {
    let rows = min(bandRows, height)
    return stride(from: 0, to: height, by: rows).map { first in
      let start = min(first, height - rows)
      return start..<start + rows
    }
  }

  /// Two pieces of memory, each as large as the largest activation of a band.
  package struct Memory {
    let first, second: AlignedFloats

    /// Bytes of both.
    var byteCount: Int { first.byteCount + second.byteCount }
  }

  /// Memory for bands of images `width` pixels wide.
  package func memory(width: Int, height: Int) -> Memory {
    let rows = min(Self.bandRows, height)
    let shape = FeatureShape(height: rows + 2 * margin, width: width + 2 * margin, channels: maps)
    return Memory(
      first: AlignedFloats(uninitialized: shape.floatCount), second: AlignedFloats(uninitialized: shape.floatCount))
  }

  /// The features of the rows `band` of `image`, in one of the two pieces of `memory`.
  ///
  /// - Returns: `[maps, band.count, W]`.
  package func callAsFunction(
    _ image: borrowing Plane<UInt8>, _ statistics: ImageStatistics, rows band: Range<Int>, _ memory: Memory,
    in context: ComputeContext
  ) -> FeatureView {
    var shape = FeatureShape(height: band.count + 2 * margin, width: image.width + 2 * margin, channels: 1)
    var view = memory.first.view(of: shape)
    fill(view, image, statistics, firstRow: band.lowerBound - margin)
    for (index, layer) in layers.enumerated() {
      shape = layer.geometry.outputShape(of: view.shape)!
      let target = (index % 2 == 0 ? memory.second : memory.first).view(of: shape)
      let isLast = index + 1 == layers.count
      layer.convolution(view, into: target, slope: isLast && !rectifiesLast ? 1 : 0, in: context)
      let rest = margin - 1 - index
      if conventions.padding == .zero && rest > 0 {
        clearOutside(target, margin: rest, firstRow: band.lowerBound - rest, imageHeight: image.height)
      }
      view = target
    }
    return view
  }

  /// The standardised image with its margin: repeated border, or zeros.
  private func fill(
    _ view: FeatureView, _ image: borrowing Plane<UInt8>, _ statistics: ImageStatistics, firstRow: Int
  ) {
    let (width, height) = (view.shape.width, view.shape.height)
    for y in 0..<height {
      let source = firstRow + y
      let row = image.row(min(max(source, 0), image.height - 1))
      let outside = conventions.padding == .zero && (source < 0 || source >= image.height)
      var values = view.mutableRow(y)
      for x in 0..<width {
        let column = x - margin
        if outside || (conventions.padding == .zero && (column < 0 || column >= image.width)) {
          values[x] = 0
        } else {
          let value = Float(row[min(max(column, 0), image.width - 1)])
          values[x] = (value - statistics.mean) / statistics.deviation
        }
      }
    }
  }

  /// Zeros in what lies outside the image, as the next convolution's padding would find it.
  private func clearOutside(_ view: FeatureView, margin: Int, firstRow: Int, imageHeight: Int) {
    let (width, pixel) = (view.shape.width, view.pixel)
    for y in 0..<view.shape.height {
      var row = view.mutableRow(y)
      let outside = firstRow + y < 0 || firstRow + y >= imageHeight
      let columns = outside ? width : margin
      for i in 0..<columns * pixel { row[i] = 0 }
      for i in (width - (outside ? 0 : margin)) * pixel..<width * pixel { row[i] = 0 }
    }
  }
}

/// Mean and standard deviation of an image's intensities, gray levels.
package struct ImageStatistics: Sendable, Equatable {
  /// Mean.
  package let mean: Float
  /// Standard deviation; 1 for an image of one intensity.
  package let deviation: Float

  /// Of all pixels of `image`.
  package init(_ image: borrowing Plane<UInt8>, _ kind: MCCNNConventions.StandardDeviation) {
    var (sum, squares) = (0, 0)
    for y in 0..<image.height {
      let row = image.row(y)
      for x in row.indices {
        let value = Int(row[x])
        sum += value
        squares += value * value
      }
    }
    let count = Double(image.count)
    let mean = Double(sum) / count
    let divisor = kind == .biased ? count : max(count - 1, 1)
    let variance = (Double(squares) - Double(sum) * mean) / divisor
    self.mean = Float(mean)
    deviation = variance > 0 ? Float(variance.squareRoot()) : 1
  }
}
