internal import Kernels
package import NeuralNetwork

/// The context of an image at four scales: average pooling over 64, 32, 16 and 8 pixels, 1×1 convolution, bilinear
/// upsampling back, joined with the features themselves.
///
/// On maps smaller than a window (images below 256 pixels) the window is cut to the map, so that the branch becomes the
/// average over the whole height or width; the published network is not defined there.
/// Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018, section 3.2.
package struct SpatialPyramidPooling: Sendable {
  /// Names and windows, in the order of the concatenation.
  private static let windows = [("branch4", 8), ("branch3", 16), ("branch2", 32), ("branch1", 64)]

  private let branches: [ConvolutionLayer]
  /// Channels of each branch, in the order of the concatenation.
  package let widths: [Int]

  /// Describes the branches below `path`.
  package init(_ layers: LayerReader, _ path: String, inChannels: Int) {
    branches = Self.windows.map { name, _ in
      let base = "\(path).\(name).1"
      return layers.convolution(
        "\(base).0", normalisation: "\(base).1",
        ConvolutionGeometry(
          spatial: 2, inChannels: inChannels, outChannels: layers.outChannels("\(base).0", spatial: 2), kernel: 1))
    }
    widths = branches.map(\.geometry.outChannels)
  }

  /// Adds the branches on `x`, which write into `targets`.
  ///
  /// - Parameter side: name of the image, for records.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, into targets: [Feature], alignCorners: Bool, side: String
  ) throws(LayerError) {
    for (n, branch) in branches.enumerated() {
      let (name, window) = Self.windows[n]
      let size = SIMD2(min(window, x.shape.height), min(window, x.shape.width))
      let pooled = try graph.pool(x, Pooling(.average(countingPadding: true), kernel: size, stride: size))
      let y = try graph.convolution(branch, pooled, slope: 0)
      graph.record("\(side).\(name)", y)
      let up = graph.resize(
        y, to: SIMD3(1, x.shape.height, x.shape.width), alignCorners: alignCorners, into: targets[n])
      graph.record("\(side).\(name)_up", up)
    }
  }
}
