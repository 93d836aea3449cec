internal import Kernels
package import NeuralNetwork

/// GA-Net's residual block around semi-global guided aggregation.
///
///     out = ReLU(conv(ReLU(bn(SGA(x; weights)))) + x)        conv 3×3×3 with batch normalisation
///
/// Source: the published code of Zhang et al., GA-Net, CVPR 2019 (`SGABlock`).
package struct SemiGlobalGuidedBlock: Sendable {
  private let normalisation: ChannelAffine
  private let refinement: ConvolutionLayer

  /// Describes the block at `path` on volumes of `channels` channels.
  package init(_ layers: LayerReader, _ path: String, channels: Int) {
    normalisation = layers.affine("\(path).bn_relu.0", channels: channels)
    refinement = layers.basicConvolution("\(path).conv_refine", spatial: 3, channels)
  }

  /// Adds the block, written over `x`.
  ///
  /// - Parameter stage: name of the block's stages.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ x: Feature, guidance: Feature, stage: String
  ) throws(LayerError) -> Feature {
    graph.beginStage(stage)
    let aggregated = try graph.semiGlobalGuided(x, guidance: guidance, affine: normalisation)
    graph.beginStage("\(stage) refinement")
    return try graph.convolution(refinement, aggregated, adding: x, slope: 0, into: x)
  }
}
