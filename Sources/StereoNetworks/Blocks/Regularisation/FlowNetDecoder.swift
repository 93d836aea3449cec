internal import Kernels
internal import NeuralNetwork
internal import StereoCore

/// What FlowNetS and FlowNetC share from `conv3_1` on: the narrow part of the encoder, the decoder that predicts the flow at
/// every scale from 1/64 to 1/4, and the enlargement to the images' size.
///
/// The input of the decoder at a scale is the concatenation of the encoder's map, the enlarged features and the enlarged flow;
/// enlarged maps are cropped below and on the right to the encoder's.
/// Source: Dosovitskiy et al., FlowNet, ICCV 2015, figure 3.
struct FlowNetDecoder: Sendable {
  static let paper =
    "Dosovitskiy et al., FlowNet: Learning Optical Flow with Convolutional Networks, ICCV 2015"

  /// Colours / 255 minus the training images' mean.
  static let preparation = ImagePreparation(
    mean: SIMD3(0.411, 0.432, 0.45), deviation: SIMD3(repeating: 1), divisor: 1)

  /// Pixels of flow for a predicted value of 1: what FlowNetPytorch calls `div_flow`.
  private static let flowUnit: Float = 20

  /// One step of the decoder, from the scale above to this one.
  private struct Level: Sendable {
    let deconvolution, enlargement, prediction: ConvolutionLayer
  }

  private let encoder: NarrowEncoder
  private let coarsest: ConvolutionLayer
  /// Levels 5, 4, 3, 2.
  private let levels: [Level]
  /// Channels of the encoder's maps at the levels 2, 3, 4, 5.
  private let widths: [Int]

  /// Describes the layers.
  ///
  /// - Parameters:
  ///   - conv2: channels of `conv2`.
  ///   - conv3: channels of `conv3_1`.
  init(_ layers: PlanarLayers, conv2: Int, conv3: Int) throws {
    encoder = NarrowEncoder(layers, channels: conv3)
    widths = [conv2, conv3] + encoder.widths.dropLast()
    var levels: [Level] = []
    var parts = [encoder.widths[2]]
    coarsest = layers.convolution("predict_flow6", parts, isHead: true)
    for n in [5, 4, 3, 2] {
      let deconvolution = layers.enlarging("deconv\(n)", parts)
      let enlargement = layers.enlarging("upsampled_flow\(n + 1)_to_\(n)", [2], isHead: true)
      parts = [widths[n - 2], deconvolution.outChannels, 2]
      let prediction = layers.convolution("predict_flow\(n)", parts, isHead: true)
      levels.append(Level(deconvolution: deconvolution, enlargement: enlargement, prediction: prediction))
    }
    self.levels = levels
  }

  /// Describes `conv1`, `conv2` and `conv3` on images of so many channels.
  static func firstLayers(_ layers: PlanarLayers, channels: Int) -> [ConvolutionLayer] {
    var ins = channels
    return [("conv1", 7), ("conv2", 5), ("conv3", 5)].map { name, kernel in
      let layer = layers.convolution(name, [ins], kernel: kernel, stride: 2)
      ins = layer.outChannels
      return layer
    }
  }

  /// Adds the two images.
  static func inputs(_ graph: inout NetworkGraph, _ frame: PixelSize) -> (left: Feature, right: Feature) {
    let image = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(image), graph.input(image))
    graph.record("input_left", left)
    graph.record("input_right", right)
    return (left, right)
  }

  /// Memory for the concatenations at the levels 2, 3, 4, 5, whose first parts the encoder writes.
  ///
  /// - Parameter quarter: extents of `conv2`.
  func skips(_ graph: inout NetworkGraph, quarter: FeatureShape) -> [(whole: Feature, parts: [Feature])] {
    var shape = quarter
    return widths.indices.map { n in
      defer { shape = shape.halved }
      return graph.concatenation([widths[n], levels[3 - n].deconvolution.outChannels, 2], like: shape)
    }
  }

  /// Adds everything behind `conv3_1`, which has written the first part of `skips[1]`.
  func callAsFunction(
    _ graph: inout NetworkGraph, _ skips: [(whole: Feature, parts: [Feature])], left: Feature, right: Feature,
    frame: PixelSize
  ) throws(LayerError) -> StereoGraph {
    graph.record("conv3_1", skips[1].parts[0])
    var x = try encoder(&graph, skips[1].parts[0], into: [skips[2].parts[0], skips[3].parts[0]])
    graph.beginStage("flow 6")
    var flow = try graph.convolution(coarsest, x)
    graph.record("predict_flow6", flow)
    var coarser = flow
    for (level, n) in zip(levels, [5, 4, 3, 2]) {
      graph.beginStage("flow \(n)")
      let skip = skips[n - 2]
      _ = try graph.convolution(level.deconvolution, x, slope: leakySlope, into: skip.parts[1])
      coarser = try graph.convolution(level.enlargement, flow, into: skip.parts[2])
      x = skip.whole
      flow = try graph.convolution(level.prediction, x)
      graph.record("predict_flow\(n)", flow)
    }
    return result(&graph, flow: flow, coarser: coarser, left: left, right: right, frame: frame)
  }

  /// Adds the images of the size of the frame: disparity, vertical flow, and the agreement of the last two scales as the
  /// confidence, 1 / (1 + |u₂ − u₃| / 1 px) with the horizontal flow u₃ enlarged by the network itself.
  private func result(
    _ graph: inout NetworkGraph, flow: Feature, coarser: Feature, left: Feature, right: Feature, frame: PixelSize
  ) -> StereoGraph {
    graph.record("flow2", flow)
    graph.beginStage("enlargement")
    let size = SIMD3(1, frame.height, frame.width)
    func enlarged(_ x: Feature) -> Feature {
      let y = graph.resize(x, to: size, alignCorners: false)
      graph.output(y)
      return y
    }
    let horizontal = graph.channel(0, of: flow, times: -Self.flowUnit)
    let vertical = graph.channel(1, of: flow, times: Self.flowUnit)
    let before = graph.channel(0, of: coarser, times: -Self.flowUnit)
    let agreement = graph.agreement(horizontal, before, factor: 1)
    let (disparity, confidence, across) = (enlarged(horizontal), enlarged(agreement), enlarged(vertical))
    return StereoGraph(
      graph: graph, left: left, right: right, disparity: disparity, confidence: confidence, verticalFlow: across)
  }
}

extension FeatureShape {
  /// Extents after a convolution of stride 2 with padding that keeps the extents otherwise.
  var halved: FeatureShape {
    FeatureShape(depth: depth, height: (height + 1) / 2, width: (width + 1) / 2, channels: channels)
  }
}
