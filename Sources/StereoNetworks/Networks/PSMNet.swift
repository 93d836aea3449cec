package import Kernels
package import NeuralNetwork
package import StereoCore

/// PSMNet: features with spatial pyramid pooling, concatenation volume at a quarter of the resolution, 3-D regularisation,
/// soft-argmin with softmax(+score).
///
/// `psmnet` regularises with three stacked hourglasses, `psmnet-basic` with plain residual pairs. Of the three outputs that
/// the stacked network is trained with only the last exists at test time; its score is the sum of the three heads'.
/// Names of tensors are those of the published checkpoints. `align-corners` (default true) tells the convention of both
/// upsamplings: true for the checkpoints of 2018, false for those of 2021.
/// Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018.
package struct PSMNet: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "psmnet", paper: "Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018",
    purpose: "accurate maps of scenes like those that its checkpoint was trained on; seconds a frame", sizeDivisor: 16,
    disparityDivisor: 16,
    checkpoints: "the authors' checkpoints (github.com/JiaRenChang/PSMNet): pretrained_model_KITTI2015.tar, …",
    parameters: [ModelCard.alignCorners(default: true)])

  /// ImageNet's colour statistics.
  package static let preparation = ImagePreparation(
    mean: SIMD3(0.485, 0.456, 0.406), deviation: SIMD3(0.229, 0.224, 0.225), divisor: 16)

  private let body: PSMNetBody
  private let hourglasses: [Hourglass3D]
  private let heads: [ScoreHead3D]

  /// How it wants its images.
  package var preparation: ImagePreparation { Self.preparation }
  /// Bytes of the packed weights.
  package let packedBytes: Int

  /// Reads a checkpoint of the stacked-hourglass network.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let layers = LayerReader(weights)
    let body = PSMNetBody(
      layers, alignCorners: try Self.card.values(conventions, weights).truth("align-corners"))
    hourglasses = ["dres2", "dres3", "dres4"].map { Hourglass3D(layers, $0, channels: body.channels) }
    heads = ["classif1", "classif2", "classif3"].map { ScoreHead3D(layers, $0, channels: body.channels) }
    try layers.finish(in: context)
    self.body = body
    packedBytes = layers.packedBytes + body.packedBytes
  }

  /// The network on frames of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let (left, right, volume) = try body.volume(&graph, frame: frame, disparities: disparities)
    var x = volume
    var scores: Feature?
    var firstPre: Feature?
    var post: Feature?
    for (n, name) in ["dres2", "dres3", "dres4"].enumerated() {
      graph.beginStage(name)
      let (out, pre, next) = try hourglasses[n](
        &graph, x, preIn: firstPre, postIn: post, adding: volume, into: n > 0 ? x : nil)
      graph.record(name, out)
      if n == 0 {
        graph.record("\(name).pre", pre)
        graph.record("\(name).post", next)
      }
      (x, firstPre, post) = (out, firstPre ?? pre, next)
      graph.beginStage("classif\(n + 1)")
      scores = try heads[n](&graph, x, adding: scores, overwriting: n == 2 ? volume : nil)
      graph.record(n == 0 ? "classif1" : "classif\(n + 1)_sum", scores!)
    }
    return try body.regression(&graph, left, right, scores!, frame: frame, disparities: disparities)
  }
}

/// PSMNet without hourglasses: residual pairs dres1 … dres4 and one head.
///
/// Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018, "basic" in table 2 and in the published code.
package struct PSMNetBasic: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "psmnet-basic", paper: "Chang & Chen, Pyramid Stereo Matching Network (basic), CVPR 2018",
    purpose: "PSMNet without hourglasses, for the authors' `basic` checkpoints", sizeDivisor: 16,
    disparityDivisor: 4, checkpoints: "checkpoints of the authors' code (github.com/JiaRenChang/PSMNet), model `basic`",
    parameters: [ModelCard.alignCorners(default: true)])

  private let body: PSMNetBody
  private let pairs: [ResidualPair3D]
  private let head: ScoreHead3D

  /// How it wants its images.
  package var preparation: ImagePreparation { PSMNet.preparation }
  /// Bytes of the packed weights.
  package let packedBytes: Int

  /// Reads a checkpoint of the basic network.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let layers = LayerReader(weights)
    let body = PSMNetBody(
      layers, alignCorners: try Self.card.values(conventions, weights).truth("align-corners"))
    pairs = ["dres2", "dres3", "dres4"].map { ResidualPair3D(layers, $0, channels: body.channels) }
    head = ScoreHead3D(layers, "classify", channels: body.channels)
    try layers.finish(in: context)
    self.body = body
    packedBytes = layers.packedBytes + body.packedBytes
  }

  /// The network on frames of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    var (left, right, x) = try body.volume(&graph, frame: frame, disparities: disparities)
    for (name, pair) in zip(["dres2", "dres3", "dres4"], pairs) {
      graph.beginStage(name)
      x = try pair(&graph, x)
      graph.record(name, x)
    }
    graph.beginStage("classify")
    let scores = try head(&graph, x, adding: nil)
    graph.record("classify", scores)
    return try body.regression(&graph, left, right, scores, frame: frame, disparities: disparities)
  }
}

/// What both variants share: features, the first four 3-D convolutions, and the regression.
private struct PSMNetBody: Sendable {
  let features: PyramidFeatures
  let first: SeparatedConcatenation
  let second: ConvolutionLayer
  let pair: ResidualPair3D
  let alignCorners: Bool

  var channels: Int { second.geometry.outChannels }
  var packedBytes: Int { first.byteCount }

  init(_ layers: LayerReader, alignCorners: Bool) {
    self.alignCorners = alignCorners
    features = PyramidFeatures(layers, "feature_extraction", alignCorners: alignCorners)
    first = SeparatedConcatenation(
      layers, "dres0.0.0", normalisation: "dres0.0.1", mapChannels: features.outChannels, maskLeft: true)
    second = layers.convolution(
      "dres0.2.0", normalisation: "dres0.2.1",
      ConvolutionGeometry(
        spatial: 3, inChannels: first.outChannels, outChannels: layers.outChannels("dres0.2.0", spatial: 3), kernel: 3,
        padding: 1))
    pair = ResidualPair3D(layers, "dres1", channels: second.geometry.outChannels)
  }

  /// Adds everything up to dres1.
  func volume(
    _ graph: inout NetworkGraph, frame: PixelSize, disparities: Int
  ) throws(LayerError) -> (left: Feature, right: Feature, volume: Feature) {
    let image = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(image), graph.input(image))
    graph.record("input_left", left)
    graph.record("input_right", right)
    graph.beginStage("features of the left image")
    let leftMap = try features(&graph, left, side: "left")
    graph.beginStage("features of the right image")
    let rightMap = try features(&graph, right, side: "right")
    graph.beginStage("dres0")
    let x = try first(&graph, leftMap, rightMap, planes: disparities / 4, slope: 0)
    let y = try graph.convolution(second, x, slope: 0)
    graph.record("dres0", y)
    graph.beginStage("dres1")
    let volume = try pair(&graph, y)
    graph.record("dres1", volume)
    return (left, right, volume)
  }

  /// Adds the regression of disparity from the scores.
  func regression(
    _ graph: inout NetworkGraph, _ left: Feature, _ right: Feature, _ scores: Feature, frame: PixelSize,
    disparities: Int
  ) throws(LayerError) -> StereoGraph {
    graph.beginStage("regression")
    let (disparity, spread) = try graph.softArgmin(
      scores, resizedTo: SIMD3(disparities, frame.height, frame.width), sign: 1, alignCorners: alignCorners)
    return graph.regressed(left, right, disparity: disparity, spread: spread)
  }
}
