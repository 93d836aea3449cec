package import Kernels
package import NeuralNetwork
package import StereoCore

/// iResNet: DispNetC up to the images' own resolution, then refinement of the disparity by the error that it leaves between the
/// features of the two images, as often as asked.
///
/// Published weights are Caffe models; tensors are `LAYER.weight` and `LAYER.bias` by the names of the prototxt of iResNet-i2,
/// whose two iterations share the `*_itr1` layers. `iterations` (default 2) changes their number. The confidence is
/// 1 / (1 + |r| / 1 px) for the residual r that the last refinement adds, pixels of the adapted width.
/// Source: Liang et al., Learning for Disparity Estimation through Feature Constancy, CVPR 2018.
package struct IResNet: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "iresnet",
    paper: "Liang et al., Learning for Disparity Estimation through Feature Constancy, CVPR 2018",
    purpose: "disparity without a range to choose, refined by what it leaves unexplained",
    sizeDivisor: CaffeInput.divisor,
    disparityDivisor: 0,
    checkpoints: "iResNet-i2 of leonzfa/iResNet: *.caffemodel",
    parameters: [
      .singleDirection,
      MethodParameter(
        "iterations", "how often the disparity is refined", .whole(1...16), default: 2, isConvention: true),
    ],
    correlationReach: 160, leastWidth: 160)

  /// How it wants its images.
  package var preparation: ImagePreparation { input.preparation }
  /// Bytes of the packed weights.
  package let packedBytes: Int

  private let input: CaffeInput
  private let trunk: CorrelationTrunk
  private let features: FullResolutionFeatures
  private let refinement: ResidualRefinement
  private let iterations: Int

  /// Reads a model.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let values = try Self.card.values(conventions, weights)
    iterations = values.whole("iterations")
    let reader = LayerReader(weights)
    let layers = PlanarLayers(reader: reader)
    input = CaffeInput(reader.weights)
    trunk = try CorrelationTrunk(layers, direction: values.singleDirection)
    features = FullResolutionFeatures(layers, trunk)
    refinement = ResidualRefinement(layers, conv1: trunk.widths.conv1, features: features.outChannels)
    try reader.finish(ignoring: CaffeLayers.unused, in: context)
    packedBytes = reader.packedBytes
  }

  /// The network on images of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let (images, resampled) = input(&graph, frame)
    let front = try trunk(&graph, resampled.left, resampled.right)
    let start = try features(&graph, front)
    let mini = try refinement.correlation(&graph, front.conv1.left, front.conv1.right)
    var (disparity, residual) = (start.disparity, start.disparity)
    for iteration in 1...iterations {
      (disparity, residual) = try refinement(
        &graph, disparity, left: start.left, right: start.right, mini: mini, iteration: iteration)
    }
    graph.record("network_output", disparity)
    let agreement = graph.agreement(residual, nil, factor: 1)
    return input.disparities(
      &graph, images, from: disparity, adapted: resampled.left.shape.width, agreement: agreement)
  }
}

/// The features of both images at their own resolution, and the first disparity there.
private struct FullResolutionFeatures: Sendable {
  private let up1, up2, left, right, enlargement, deconvolution, fusion, prediction: ConvolutionLayer

  var outChannels: Int { left.outChannels }

  init(_ layers: PlanarLayers, _ trunk: CorrelationTrunk) {
    up1 = layers.enlarging("up_conv1ab", [trunk.widths.conv1])
    up2 = layers.enlarging("up_conv2ab", [trunk.widths.conv2], stride: 4)
    left = layers.convolution("up_conv1a2a", [up1.outChannels, up2.outChannels], kernel: 1)
    right = layers.convolution("up_conv1b2b", [up1.outChannels, up2.outChannels], kernel: 1)
    enlargement = layers.enlarging("upsample_flow1to0", [1])
    deconvolution = layers.enlarging("deconv0", [trunk.widths.features])
    fusion = layers.convolution("Convolution21", [left.outChannels, deconvolution.outChannels, 1])
    prediction = layers.convolution("Convolution22", [fusion.outChannels])
  }

  /// Features of one image.
  private func map(
    _ graph: inout NetworkGraph, _ conv1: Feature, _ conv2: Feature, _ last: ConvolutionLayer, into target: Feature?
  ) throws(LayerError) -> Feature {
    var shape = conv1.shape
    (shape.height, shape.width) = (2 * shape.height, 2 * shape.width)
    let joined = graph.concatenation([up1.outChannels, up2.outChannels], like: shape)
    _ = try graph.convolution(up1, conv1, slope: leakySlope, into: joined.parts[0])
    _ = try graph.convolution(up2, conv2, slope: leakySlope, into: joined.parts[1])
    return try graph.convolution(last, joined.whole, slope: leakySlope, into: target)
  }

  /// Adds both images' features and the first disparity. The left features lie in the first part of a concatenation, of which
  /// the refinement uses the rest again.
  func callAsFunction(
    _ graph: inout NetworkGraph, _ front: CorrelationTrunk.Output
  ) throws(LayerError) -> (left: ResidualRefinement.Input, right: Feature, disparity: Feature) {
    graph.beginStage("features at full resolution")
    let other = try map(&graph, front.conv1.right, front.conv2.right, right, into: nil)
    graph.record("up_conv1b2b", other)
    let joined = graph.concatenation([left.outChannels, deconvolution.outChannels, 1], like: other.shape)
    let own = try map(&graph, front.conv1.left, front.conv2.left, left, into: joined.parts[0])
    graph.record("up_conv1a2a", own)
    graph.beginStage("prediction 0")
    _ = try graph.convolution(deconvolution, front.features, slope: leakySlope, into: joined.parts[1])
    _ = try graph.convolution(enlargement, front.prediction, into: joined.parts[2])
    let fused = try graph.convolution(fusion, joined.whole)
    graph.record("concat0", fused)
    let disparity = try graph.convolution(prediction, fused)
    graph.record("predict_flow0", disparity)
    return (ResidualRefinement.Input(whole: joined.whole, features: own), other, disparity)
  }
}
