internal import NeuralNetwork

/// The narrow end of FlowNet's and DispNet's encoder, from an eighth of the resolution to 1/64: `conv4`, `conv4_1`, …, `conv6_1`.
///
/// Source: Dosovitskiy et al., FlowNet, ICCV 2015, figure 2; Mayer et al., CVPR 2016, table 1.
struct NarrowEncoder: Sendable {
  private let layers: [(strided: ConvolutionLayer, second: ConvolutionLayer)]

  /// Channels of the maps at 1/16, 1/32 and 1/64.
  var widths: [Int] { layers.map(\.second.outChannels) }

  /// Describes the layers; `channels` of `conv3_1`.
  init(_ planar: PlanarLayers, channels: Int) {
    var ins = channels
    layers = (4...6).map { n in
      let strided = planar.convolution("conv\(n)", [ins], stride: 2)
      let second = planar.convolution("conv\(n)_1", [strided.outChannels])
      ins = second.outChannels
      return (strided, second)
    }
  }

  /// Adds the layers behind `conv3_1`, and gives the last map.
  ///
  /// - Parameter skips: where `conv4_1` and `conv5_1` are written to.
  func callAsFunction(_ graph: inout NetworkGraph, _ x: Feature, into skips: [Feature]) throws(LayerError) -> Feature {
    var x = x
    for (n, layer) in layers.enumerated() {
      graph.beginStage("conv\(n + 4)")
      let inner = try graph.convolution(layer.strided, x, slope: leakySlope)
      x = try graph.convolution(layer.second, inner, slope: leakySlope, into: n < skips.count ? skips[n] : nil)
      graph.record("conv\(n + 4)_1", x)
    }
    return x
  }
}
