internal import Kernels
internal import NeuralNetwork
internal import StereoCore

/// What DispNetC and iResNet share: two layers on each image, the correlation along the row at a quarter of the resolution, the
/// encoder to 1/64, and the decoder that predicts negative disparity at every scale up to 1/2.
///
/// The input of the decoder at a scale is the concatenation of the encoder's map, the enlarged features and the enlarged
/// prediction; a 3×3 convolution without activation joins them. Names of tensors are the layers' of the published prototxt:
/// `Convolution1, 3, …, 11` predict, `Convolution2, 4, …, 10` join.
/// Source: Mayer et al., A Large Dataset to Train Convolutional Networks for Disparity, Optical Flow, and Scene Flow Estimation,
/// CVPR 2016, section 5.
struct CorrelationTrunk: Sendable {
  /// The activations that a network goes on with.
  struct Output {
    /// `conv1` and `conv2` of both images.
    let conv1: (left: Feature, right: Feature)
    let conv2: (left: Feature, right: Feature)
    /// The joined features and the prediction at half the resolution, and the prediction of the scale before, enlarged.
    let features, prediction, coarser: Feature
  }

  private struct Level: Sendable {
    let deconvolution, enlargement, fusion, prediction: ConvolutionLayer
  }

  private let conv1, conv2, redirection, conv3, third: ConvolutionLayer
  private let encoder: NarrowEncoder
  private let coarsest: ConvolutionLayer
  private let levels: [Level]
  private let grid: Correlation

  /// Channels of `conv1`, `conv2`, and of the joined features at half the resolution.
  var widths: (conv1: Int, conv2: Int, features: Int) {
    (conv1.outChannels, conv2.outChannels, levels[4].fusion.outChannels)
  }

  /// Describes the layers.
  ///
  /// - Parameter direction: `single-direction` of the correlation, −1, 0 or 1; nil: 0 for 81 displacements, −1 for 41, which
  ///   are what is published.
  init(_ layers: PlanarLayers, direction: Int?) throws {
    conv1 = layers.convolution("conv1", [3], kernel: 7, stride: 2)
    conv2 = layers.convolution("conv2", [conv1.outChannels], kernel: 5, stride: 2)
    redirection = layers.convolution("conv_redir", [conv2.outChannels], kernel: 1)
    let cells = max(1, layers.inChannels("conv3") - redirection.outChannels)
    let way = direction ?? (cells == 81 ? 0 : -1)
    if way == 0 && cells % 2 == 0 {
      layers.reader.weights.note(problem: "conv3.weight: \(cells) displacements in both directions are no odd number")
    }
    grid = .row(maximum: way == 0 ? cells / 2 : cells - 1, direction: way)
    conv3 = layers.convolution("conv3", [grid.channels, redirection.outChannels], kernel: 5, stride: 2)
    third = layers.convolution("conv3_1", [conv3.outChannels])
    let encoder = NarrowEncoder(layers, channels: third.outChannels)
    let skips = [conv1, conv2, third].map(\.outChannels) + encoder.widths
    var ins = skips[5]
    coarsest = layers.convolution("Convolution1", [ins])
    levels = (1...5).reversed().map { n in
      let deconvolution = layers.enlarging("deconv\(n)", [ins])
      let enlargement = layers.enlarging("upsample_flow\(n + 1)to\(n)", [1])
      let fusion = layers.convolution(
        "Convolution\(2 * (6 - n))", [skips[n - 1], deconvolution.outChannels, 1])
      ins = fusion.outChannels
      let prediction = layers.convolution("Convolution\(2 * (6 - n) + 1)", [ins])
      return Level(
        deconvolution: deconvolution, enlargement: enlargement, fusion: fusion, prediction: prediction)
    }
    self.encoder = encoder
  }

  /// Adds the layers on two images whose sides are multiples of 64.
  func callAsFunction(_ graph: inout NetworkGraph, _ left: Feature, _ right: Feature) throws(LayerError) -> Output {
    let skips = concatenations(&graph, left.shape)
    graph.beginStage("features of the right image")
    let right1 = try graph.convolution(conv1, right, slope: leakySlope)
    let right2 = try graph.convolution(conv2, right1, slope: leakySlope)
    graph.record("conv2b", right2)
    graph.beginStage("features of the left image")
    let left1 = try graph.convolution(conv1, left, slope: leakySlope, into: skips[0].parts[0])
    graph.record("conv1a", left1)
    let left2 = try graph.convolution(conv2, left1, slope: leakySlope, into: skips[1].parts[0])
    graph.record("conv2a", left2)
    graph.beginStage("correlation")
    let joined = graph.concatenation([grid.channels, redirection.outChannels], like: left2.shape)
    let correlation = try graph.correlation(left2, right2, grid, into: joined.parts[0])
    graph.record("corr", correlation)
    let redirected = try graph.convolution(redirection, left2, slope: leakySlope, into: joined.parts[1])
    graph.record("conv_redir", redirected)
    let x = try encode(&graph, joined.whole, skips)
    let end = try decode(&graph, x, skips)
    return Output(
      conv1: (left1, right1), conv2: (left2, right2), features: end.features, prediction: end.prediction,
      coarser: end.coarser)
  }

  /// Memory for the decoder's concatenations at the levels 1 … 5, whose first parts the encoder writes.
  private func concatenations(
    _ graph: inout NetworkGraph, _ image: FeatureShape
  ) -> [(whole: Feature, parts: [Feature])] {
    let widths = [conv1, conv2, third].map(\.outChannels) + encoder.widths.dropLast()
    var shape = image
    return widths.indices.map { n in
      shape = shape.halved
      return graph.concatenation([widths[n], levels[4 - n].deconvolution.outChannels, 1], like: shape)
    }
  }

  /// Adds `conv3` … `conv6_1` and gives the last map.
  private func encode(
    _ graph: inout NetworkGraph, _ joined: Feature, _ skips: [(whole: Feature, parts: [Feature])]
  ) throws(LayerError) -> Feature {
    graph.beginStage("conv3")
    let inner = try graph.convolution(conv3, joined, slope: leakySlope)
    let x = try graph.convolution(third, inner, slope: leakySlope, into: skips[2].parts[0])
    graph.record("conv3_1", x)
    return try encoder(&graph, x, into: [skips[3].parts[0], skips[4].parts[0]])
  }

  /// Adds the decoder.
  private func decode(
    _ graph: inout NetworkGraph, _ top: Feature, _ skips: [(whole: Feature, parts: [Feature])]
  ) throws(LayerError) -> (features: Feature, prediction: Feature, coarser: Feature) {
    graph.beginStage("prediction 6")
    var x = top
    var prediction = try graph.convolution(coarsest, x)
    graph.record("predict_flow6", prediction)
    var coarser = prediction
    for (level, n) in zip(levels, (1...5).reversed()) {
      graph.beginStage("prediction \(n)")
      let skip = skips[n - 1]
      _ = try graph.convolution(level.deconvolution, x, slope: leakySlope, into: skip.parts[1])
      coarser = try graph.convolution(level.enlargement, prediction, into: skip.parts[2])
      x = try graph.convolution(level.fusion, skip.whole)
      graph.record("concat\(n)", x)
      prediction = try graph.convolution(level.prediction, x)
      graph.record("predict_flow\(n)", prediction)
    }
    return (x, prediction, coarser)
  }
}
