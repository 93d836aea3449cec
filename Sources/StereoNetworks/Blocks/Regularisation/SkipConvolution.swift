internal import Kernels
package import NeuralNetwork

extension LayerReader {
  /// Describes GA-Net's BasicConv at `path`: a convolution without bias at `conv`, batch normalisation at `bn`.
  ///
  /// Transposed ones have kernels of 4 along height and width (3 along depth), stride 2 and padding 1, which doubles height and
  /// width, and turns depth n into 2n − 1.
  package func basicConvolution(
    _ path: String, spatial: Int, _ ins: Int, kernel: Int = 3, stride: Int = 1, isTransposed: Bool = false
  ) -> ConvolutionLayer {
    var geometry = ConvolutionGeometry(
      spatial: spatial, inChannels: ins,
      outChannels: outChannels("\(path).conv", spatial: spatial, transposed: isTransposed), kernel: kernel,
      stride: stride, padding: isTransposed ? 1 : kernel / 2, isTransposed: isTransposed)
    if isTransposed { geometry.kernel = SIMD3(spatial == 3 ? 3 : 1, 4, 4) }
    return convolution("\(path).conv", normalisation: "\(path).bn", geometry)
  }
}

/// One level of GA-Net's U-nets: a step down or up, and a convolution over its result and the map of that size from before.
///
///     moved = ReLU(conv1(x))                 stride 2, or transposed
///     out   = f(conv2([moved, skip]))        3×3(×3), f ReLU or nothing
///
/// conv2 is computed as conv2a(moved) + conv2b(skip), so that no memory is taken by the concatenation, and the skip's goes
/// before the moved map comes. Source: the published code of Zhang et al., GA-Net, CVPR 2019 (`Conv2x`).
package struct SkipConvolution: Sendable {
  private let move, ofMoved, ofSkip: ConvolutionLayer

  /// Channels of the result.
  package var outChannels: Int { ofMoved.geometry.outChannels }

  /// Describes the level at `path` on maps (`spatial` 2) or volumes (3) of `channels` channels.
  package init(_ layers: LayerReader, _ path: String, spatial: Int, channels: Int, isTransposed: Bool = false) {
    move = layers.basicConvolution(
      "\(path).conv1", spatial: spatial, channels, stride: 2, isTransposed: isTransposed)
    let width = move.geometry.outChannels
    let joined = layers.extent("\(path).conv2.conv", axis: 1, spatial: spatial)
    let outs = layers.outChannels("\(path).conv2.conv", spatial: spatial)
    func part(_ inputs: Range<Int>, hasSummand: Bool) -> ConvolutionLayer {
      layers.convolution(
        "\(path).conv2.conv", normalisation: "\(path).conv2.bn",
        selecting: WeightSelection(inputs: inputs, hasSummand: hasSummand),
        ConvolutionGeometry(
          spatial: spatial, inChannels: max(joined, width + 1), outChannels: outs, kernel: 3, padding: 1))
    }
    ofMoved = part(0..<width, hasSummand: true)
    ofSkip = part(width..<max(joined, width + 1), hasSummand: false)
  }

  /// Adds the level: `slope` 0 ends with ReLU, 1 with nothing.
  ///
  /// - Throws: ``LayerError`` if `skip` is not of the size that `x` is moved to.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, skip: Feature, slope: Float = 0
  ) throws(LayerError) -> Feature {
    let partial = try graph.convolution(ofSkip, skip)
    let moved = try graph.convolution(move, x, slope: 0)
    return try graph.convolution(ofMoved, moved, adding: partial, slope: slope, into: partial)
  }
}
