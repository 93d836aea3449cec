package import Kernels
package import NeuralNetwork
package import StereoCore

/// FlowNetS: both images together through one encoder-decoder; disparity is the negative horizontal flow.
///
/// Names of tensors are FlowNetPytorch's (`conv1.0.weight` …, with batch normalisation `conv1.1` in its `_bn` variant), whose
/// checkpoints open directly. Images of any size: nothing is padded.
/// Source: Dosovitskiy et al., FlowNet: Learning Optical Flow with Convolutional Networks, ICCV 2015, figure 2 above.
package struct FlowNetS: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "flownet-s", paper: FlowNetDecoder.paper + " (simple)",
    purpose: "flow of pairs whose rectification is to be judged: it measures the vertical displacement", sizeDivisor: 1,
    disparityDivisor: 0,
    checkpoints: "FlowNetS checkpoints of github.com/ClementPinard/FlowNetPytorch: flownets_*.pth")

  /// How it wants its images.
  package let preparation = FlowNetDecoder.preparation
  /// Bytes of the packed weights.
  package let packedBytes: Int

  private let encoder: [ConvolutionLayer]
  private let third: ConvolutionLayer
  private let decoder: FlowNetDecoder

  /// Reads a checkpoint.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let reader = LayerReader(weights)
    let layers = PlanarLayers(reader: reader, isSequential: true)
    encoder = FlowNetDecoder.firstLayers(layers, channels: 6)
    third = layers.convolution("conv3_1", [encoder[2].outChannels])
    decoder = try FlowNetDecoder(layers, conv2: encoder[1].outChannels, conv3: third.outChannels)
    try reader.finish(in: context)
    packedBytes = reader.packedBytes
  }

  /// The network on images of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let (left, right) = FlowNetDecoder.inputs(&graph, frame)
    graph.beginStage("conv1")
    let conv1 = try graph.convolution(encoder[0], graph.join(left, right), slope: leakySlope)
    graph.record("conv1", conv1)
    graph.beginStage("conv2")
    let skips = decoder.skips(&graph, quarter: conv1.shape.halved)
    let conv2 = try graph.convolution(encoder[1], conv1, slope: leakySlope, into: skips[0].parts[0])
    graph.record("conv2", conv2)
    graph.beginStage("conv3")
    let conv3 = try graph.convolution(encoder[2], conv2, slope: leakySlope)
    graph.record("conv3", conv3)
    _ = try graph.convolution(third, conv3, slope: leakySlope, into: skips[1].parts[0])
    return try decoder(&graph, skips, left: left, right: right, frame: frame)
  }
}

/// FlowNetC: each image through its own three layers, the correlation of the two maps over 21×21 displacements (±20 pixels in
/// steps of 2, at an eighth of the resolution), then FlowNetS's encoder-decoder.
///
/// Names of tensors are FlowNetPytorch's.
/// Source: Dosovitskiy et al., FlowNet: Learning Optical Flow with Convolutional Networks, ICCV 2015, figure 2 below.
package struct FlowNetC: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "flownet-c", paper: FlowNetDecoder.paper + " (correlation)",
    purpose: "as flownet-s, sharper: displacements are compared by a correlation", sizeDivisor: 1, disparityDivisor: 0,
    checkpoints: "FlowNetC checkpoints of github.com/ClementPinard/FlowNetPytorch: flownetc_*.pth",
    correlationReach: 160, leastWidth: 80)

  /// Distance between displacements of the correlation, pixels of its resolution.
  private static let step = 2

  /// How it wants its images.
  package let preparation = FlowNetDecoder.preparation
  /// Bytes of the packed weights.
  package let packedBytes: Int

  private let encoder: [ConvolutionLayer]
  private let redirection, third: ConvolutionLayer
  private let grid: Correlation
  private let decoder: FlowNetDecoder

  /// Reads a checkpoint.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let reader = LayerReader(weights)
    let layers = PlanarLayers(reader: reader, isSequential: true)
    encoder = FlowNetDecoder.firstLayers(layers, channels: 3)
    redirection = layers.convolution("conv_redir", [encoder[2].outChannels], kernel: 1)
    let cells = max(1, layers.inChannels("conv3_1") - redirection.outChannels)
    let side = Int(Double(cells).squareRoot().rounded())
    if side * side != cells || side % 2 == 0 {
      reader.weights.note(problem: "conv3_1.0.weight: \(cells) displacements are no square of an odd number")
    }
    grid = .square(radius: side / 2, step: Self.step)
    third = layers.convolution("conv3_1", [redirection.outChannels, cells])
    decoder = try FlowNetDecoder(layers, conv2: encoder[1].outChannels, conv3: third.outChannels)
    try reader.finish(in: context)
    packedBytes = reader.packedBytes
  }

  /// The network on images of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let (left, right) = FlowNetDecoder.inputs(&graph, frame)
    graph.beginStage("features of the right image")
    var other = right
    for layer in encoder { other = try graph.convolution(layer, other, slope: leakySlope) }
    graph.record("conv3_right", other)
    graph.beginStage("features of the left image")
    let conv1 = try graph.convolution(encoder[0], left, slope: leakySlope)
    graph.record("conv1", conv1)
    let skips = decoder.skips(&graph, quarter: conv1.shape.halved)
    let conv2 = try graph.convolution(encoder[1], conv1, slope: leakySlope, into: skips[0].parts[0])
    graph.record("conv2", conv2)
    let conv3 = try graph.convolution(encoder[2], conv2, slope: leakySlope)
    graph.record("conv3", conv3)
    graph.beginStage("correlation")
    let joined = graph.concatenation([redirection.outChannels, grid.channels], like: conv3.shape)
    let redirected = try graph.convolution(redirection, conv3, slope: leakySlope, into: joined.parts[0])
    graph.record("conv_redir", redirected)
    let correlation = try graph.correlation(conv3, other, grid, slope: leakySlope, into: joined.parts[1])
    graph.record("correlation", correlation)
    _ = try graph.convolution(third, joined.whole, slope: leakySlope, into: skips[1].parts[0])
    return try decoder(&graph, skips, left: left, right: right, frame: frame)
  }
}
