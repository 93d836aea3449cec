internal import Kernels
package import NeuralNetwork

/// A stage of residual blocks on feature maps: out = conv2(ReLU(conv1(x))) + shortcut(x), nothing after the sum.
///
/// Both convolutions are 3×3 with batch normalisation; the first block may change the resolution and the width, and then
/// its shortcut is a 1×1 convolution with batch normalisation.
/// Source: He et al., Deep Residual Learning, CVPR 2016; without the last ReLU as in Chang & Chen, PSMNet, CVPR 2018.
package struct ResidualStage: Sendable {
  private struct Block: Sendable {
    let conv1, conv2: ConvolutionLayer
    let downsample: ConvolutionLayer?
  }

  private let blocks: [Block]
  /// Channels of the output.
  package let outChannels: Int

  /// Describes `count` blocks below `path`: `conv1.0`, `conv2`, `downsample` of each.
  package init(_ layers: LayerReader, _ path: String, inChannels: Int, count: Int, stride: Int = 1, dilation: Int = 1) {
    let width = layers.outChannels("\(path).0.conv1.0.0", spatial: 2)
    outChannels = width
    blocks = (0..<count).map { n in
      let (ins, step) = n == 0 ? (inChannels, stride) : (width, 1)
      let base = "\(path).\(n)"
      func three(_ name: String, _ ins: Int, _ step: Int) -> ConvolutionLayer {
        layers.convolution(
          "\(base).\(name).0", normalisation: "\(base).\(name).1",
          ConvolutionGeometry(
            spatial: 2, inChannels: ins, outChannels: width, kernel: 3, stride: step, padding: dilation,
            dilation: dilation))
      }
      let projects = step != 1 || ins != width
      return Block(
        conv1: three("conv1.0", ins, step), conv2: three("conv2", width, 1),
        downsample: projects
          ? layers.convolution(
            "\(base).downsample.0", normalisation: "\(base).downsample.1",
            ConvolutionGeometry(spatial: 2, inChannels: ins, outChannels: width, kernel: 1, stride: step)) : nil)
    }
  }

  /// Adds the stage; the last block writes into `target` if it is given.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    var x = x
    for (n, block) in blocks.enumerated() {
      let last = n + 1 == blocks.count
      let shortcut = if let down = block.downsample { try graph.convolution(down, x) } else { x }
      let inner = try graph.convolution(block.conv1, x, slope: 0)
      x = try graph.convolution(block.conv2, inner, adding: shortcut, into: last ? target : n > 0 ? x : nil)
    }
    return x
  }
}
