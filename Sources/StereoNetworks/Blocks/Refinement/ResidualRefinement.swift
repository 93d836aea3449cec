internal import Kernels
internal import NeuralNetwork

/// One refinement of iResNet: from the features of the left image, the error |left − right moved by the disparity| that a
/// disparity leaves, and the disparity itself to a residual that is added, at three scales.
///
/// Disparities are negative here; the sum is clipped at 0 (the published NegReLU). The first iteration gets an unclipped one.
/// All iterations share the weights of the `zoom_*_itr1` layers and the correlation `corr_mini` (±20 pixels at half the
/// resolution, of maps compressed to 16 channels).
/// Source: Liang et al., Learning for Disparity Estimation through Feature Constancy, CVPR 2018, table 1.
struct ResidualRefinement: Sendable {
  /// The concatenation of the left features, the error and the disparity, of which each iteration writes the last two.
  struct Input {
    let whole, features: Feature
  }

  /// A concatenation and its parts.
  typealias Joined = (whole: Feature, parts: [Feature])

  private let compression, conv0, conv1, conv1b, conv2, conv2b: ConvolutionLayer
  private let prediction2, deconvolution2, enlargement2, fusion1: ConvolutionLayer
  private let prediction1, deconvolution1, enlargement1, fusion0, prediction0: ConvolutionLayer
  private let grid: Correlation

  /// Describes the layers.
  ///
  /// - Parameters:
  ///   - conv1: channels of the trunk's `conv1`.
  ///   - features: channels of the maps at full resolution.
  init(_ layers: PlanarLayers, conv1 trunk: Int, features: Int) {
    func zoom(_ name: String, _ parts: [Int], placed places: [Int]? = nil, stride: Int = 1) -> ConvolutionLayer {
      layers.convolution("zoom_\(name)_itr1", parts, placed: places, stride: stride)
    }
    func enlarge(_ name: String, _ ins: Int) -> ConvolutionLayer { layers.enlarging("zoom_\(name)_itr1", [ins]) }
    compression = layers.convolution("compress_conv1a1b", [trunk])
    // The weights expect the disparity in the second place.
    conv0 = zoom("conv0", [features, 1, features], placed: [0, 2, 1])
    conv1 = zoom("conv1", [conv0.outChannels], stride: 2)
    grid = .row(maximum: max(0, layers.inChannels("zoom_conv1b_itr1") - conv1.outChannels - 1) / 2, direction: 0)
    conv1b = zoom("conv1b", [grid.channels, conv1.outChannels])
    conv2 = zoom("conv2", [conv1b.outChannels], stride: 2)
    conv2b = zoom("conv2b", [conv2.outChannels])
    prediction2 = zoom("Convolution2", [conv2b.outChannels])
    deconvolution2 = enlarge("deconv2", conv2b.outChannels)
    enlargement2 = enlarge("upsample_2to1", 1)
    fusion1 = zoom("fused1", [conv1b.outChannels, deconvolution2.outChannels, 1])
    prediction1 = zoom("Convolution1", [fusion1.outChannels])
    deconvolution1 = enlarge("deconv1", fusion1.outChannels)
    enlargement1 = enlarge("upsample_1to0", 1)
    fusion0 = zoom("fused0", [conv0.outChannels, deconvolution1.outChannels, 1])
    prediction0 = zoom("Convolution0", [fusion0.outChannels])
  }

  /// Adds the correlation of the compressed maps, as the first part of the concatenation that every iteration reads.
  func correlation(_ graph: inout NetworkGraph, _ left: Feature, _ right: Feature) throws(LayerError) -> Joined {
    graph.beginStage("small correlation")
    let a = try graph.convolution(compression, left, slope: leakySlope)
    let b = try graph.convolution(compression, right, slope: leakySlope)
    let joined = graph.concatenation([grid.channels, conv1.outChannels], like: left.shape)
    graph.record("corr_mini", try graph.correlation(a, b, grid, into: joined.parts[0]))
    return joined
  }

  /// Adds one iteration: the refined disparity, and what was added to get it.
  func callAsFunction(
    _ graph: inout NetworkGraph, _ disparity: Feature, left: Input, right: Feature, mini: Joined, iteration: Int
  ) throws(LayerError) -> (disparity: Feature, residual: Feature) {
    graph.beginStage("refinement \(iteration)")
    let suffix = "_itr\(iteration)"
    let errorPlace = left.features.shape.channels.roundedUpToVector
    _ = try graph.warpError(
      right, by: disparity, comparedWith: left.features,
      into: graph.channels(of: left.whole, from: errorPlace, count: right.shape.channels))
    if graph.keepsRecords {
      // The next iteration writes the same place: what is kept is made once more.
      graph.record(
        "warp_error_abs" + suffix, try graph.warpError(right, by: disparity, comparedWith: left.features))
    }
    let disparityPlace = errorPlace + right.shape.channels.roundedUpToVector
    graph.copy(disparity, into: graph.channels(of: left.whole, from: disparityPlace, count: 1))

    let fine = graph.concatenation([conv0.outChannels, deconvolution1.outChannels, 1], like: right.shape)
    let coarse = graph.concatenation([conv1b.outChannels, deconvolution2.outChannels, 1], like: mini.whole.shape)
    let zoom0 = try graph.convolution(conv0, left.whole, slope: leakySlope, into: fine.parts[0])
    _ = try graph.convolution(conv1, zoom0, slope: leakySlope, into: mini.parts[1])
    let zoom1 = try graph.convolution(conv1b, mini.whole, slope: leakySlope, into: coarse.parts[0])
    let inner = try graph.convolution(conv2, zoom1, slope: leakySlope)
    let zoom2 = try graph.convolution(conv2b, inner, slope: leakySlope)
    for (name, feature) in [("zoom_conv0", zoom0), ("zoom_conv1b", zoom1), ("zoom_conv2b", zoom2)] {
      graph.record(name + suffix, feature)
    }
    let residual = try expand(&graph, zoom2, coarse: coarse, fine: fine, suffix: suffix)
    let refined = graph.negativeSum(disparity, residual)
    graph.record("zoom_predict0n" + suffix, refined)
    return (refined, residual)
  }

  /// Adds the way back to full resolution, which predicts a residual at every scale and ends in the finest.
  private func expand(
    _ graph: inout NetworkGraph, _ zoom2: Feature, coarse: Joined, fine: Joined, suffix: String
  ) throws(LayerError) -> Feature {
    let residual2 = try graph.convolution(prediction2, zoom2)
    _ = try graph.convolution(deconvolution2, zoom2, slope: leakySlope, into: coarse.parts[1])
    _ = try graph.convolution(enlargement2, residual2, into: coarse.parts[2])
    let fused1 = try graph.convolution(fusion1, coarse.whole)
    let residual1 = try graph.convolution(prediction1, fused1)
    _ = try graph.convolution(deconvolution1, fused1, slope: leakySlope, into: fine.parts[1])
    _ = try graph.convolution(enlargement1, residual1, into: fine.parts[2])
    let fused0 = try graph.convolution(fusion0, fine.whole)
    let residual0 = try graph.convolution(prediction0, fused0)
    for (name, feature) in [
      ("zoom_predict2_res", residual2), ("zoom_fused1", fused1), ("zoom_predict1_res", residual1),
      ("zoom_fused0", fused0), ("zoom_predict0_res", residual0),
    ] { graph.record(name + suffix, feature) }
    return residual0
  }
}
