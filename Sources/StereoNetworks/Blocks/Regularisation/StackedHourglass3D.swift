internal import Kernels
package import NeuralNetwork

/// One hourglass of the stacked-hourglass module: two steps down to a quarter of the volume's resolution and two up.
///
///     pre  = ReLU(conv2(ReLU(conv1(x))) + postIn)        half resolution
///     post = ReLU(conv5(conv4(conv3(pre))) + preIn)      half resolution; preIn is `pre` in the first hourglass
///     out  = conv6(post) + shortcut                      full resolution
///
/// Every convolution has batch normalisation; conv1, conv3, conv4 a ReLU; conv5 and conv6 are transposed.
/// Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018, figure 1 and table 1.
package struct Hourglass3D: Sendable {
  private let conv1, conv2, conv3, conv4, conv5, conv6: ConvolutionLayer

  /// Describes the hourglass below `path` on volumes of `channels` channels.
  package init(_ layers: LayerReader, _ path: String, channels: Int) {
    func layer(_ name: String, _ ins: Int, stride: Int = 1) -> ConvolutionLayer {
      let base = "\(path).\(name)"
      return layers.convolution(
        "\(base).0", normalisation: "\(base).1",
        ConvolutionGeometry(
          spatial: 3, inChannels: ins, outChannels: layers.outChannels("\(base).0", spatial: 3), kernel: 3,
          stride: stride, padding: 1))
    }
    func up(_ name: String, _ ins: Int) -> ConvolutionLayer {
      let base = "\(path).\(name)"
      return layers.convolution(
        "\(base).0", normalisation: "\(base).1",
        ConvolutionGeometry(
          spatial: 3, inChannels: ins, outChannels: layers.outChannels("\(base).0", spatial: 3, transposed: true),
          kernel: 3, stride: 2, padding: 1, isTransposed: true, outputPadding: 1))
    }
    conv1 = layer("conv1.0", channels, stride: 2)
    let wide = conv1.geometry.outChannels
    conv2 = layer("conv2", wide)
    conv3 = layer("conv3.0", wide, stride: 2)
    conv4 = layer("conv4.0", wide)
    conv5 = up("conv5", wide)
    conv6 = up("conv6", wide)
  }

  /// Adds the hourglass on `x`.
  ///
  /// - Parameters:
  ///   - preIn: `pre` of the first hourglass; nil in the first.
  ///   - postIn: `post` of the hourglass before; nil in the first.
  ///   - shortcut: added to the output.
  ///   - target: memory for the output, such as that of `x` when nobody reads it any more.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, preIn: Feature?, postIn: Feature?, adding shortcut: Feature,
    into target: Feature?
  ) throws(LayerError) -> (out: Feature, pre: Feature, post: Feature) {
    let half = try graph.convolution(conv1, x, slope: 0)
    let pre = try graph.convolution(conv2, half, adding: postIn, slope: 0, into: postIn)
    let quarter = try graph.convolution(conv4, try graph.convolution(conv3, pre, slope: 0), slope: 0)
    let post = try graph.convolution(conv5, quarter, adding: preIn ?? pre, slope: 0)
    return (try graph.convolution(conv6, post, adding: shortcut, into: target), pre, post)
  }
}

/// 3×3×3 convolution with batch normalisation and ReLU, then one with batch normalisation alone, plus the input.
package struct ResidualPair3D: Sendable {
  private let first, second: ConvolutionLayer

  /// Describes `path.0` and `path.2` on volumes of `channels` channels.
  package init(_ layers: LayerReader, _ path: String, channels: Int) {
    first = layers.threeByThree("\(path).0", channels, channels)
    second = layers.threeByThree("\(path).2", channels, channels)
  }

  /// Adds second(ReLU(first(x))) + x, written over `x`.
  package func callAsFunction(_ graph: inout NetworkGraph, _ x: Feature) throws(LayerError) -> Feature {
    let inner = try graph.convolution(first, x, slope: 0)
    return try graph.convolution(second, inner, adding: x, into: x)
  }
}

/// Scores from a regularised volume: 3×3×3 convolution with batch normalisation and ReLU, then one to a single channel.
package struct ScoreHead3D: Sendable {
  private let first, last: ConvolutionLayer

  /// Describes `path.0` and `path.2` on volumes of `channels` channels.
  package init(_ layers: LayerReader, _ path: String, channels: Int) {
    first = layers.threeByThree("\(path).0", channels, layers.outChannels("\(path).0.0", spatial: 3))
    last = layers.convolution(
      "\(path).2",
      ConvolutionGeometry(
        spatial: 3, inChannels: first.geometry.outChannels, outChannels: 1, kernel: 3, padding: 1))
  }

  /// Adds last(ReLU(first(x))) + scores; `overwriting` is memory that nobody else needs.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, adding scores: Feature?, overwriting target: Feature? = nil
  ) throws(LayerError) -> Feature {
    let inner = try graph.convolution(first, x, slope: 0, into: target)
    return try graph.convolution(last, inner, adding: scores)
  }
}

extension LayerReader {
  /// Describes a 3×3×3 convolution of stride 1 at `path.0` with batch normalisation at `path.1`.
  fileprivate func threeByThree(_ path: String, _ ins: Int, _ outs: Int) -> ConvolutionLayer {
    convolution(
      "\(path).0", normalisation: "\(path).1",
      ConvolutionGeometry(spatial: 3, inChannels: ins, outChannels: outs, kernel: 3, padding: 1))
  }
}
