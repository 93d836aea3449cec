internal import Kernels
internal import NeuralNetwork
internal import StereoCore

/// What all variants of GA-Net share.
///
///     features   left, right → [32, H/3, W/3] each
///     guidance   left image and its features → weights of the guided layers
///     volume     concatenation over D/3 + 1 disparities, 3×3×3 convolution
///     turn a     SGA 1 ↓ SGA 11 ↓ ↑ SGA 12 ↑ SGA 2        (↓ stride 2, ↑ transposed, both with skips)
///     turn b     ↓ SGA 13 ↓ ↑ SGA 14 ↑ SGA 3              not in GA-Net-11
///     head       3×3×3 convolution to one channel, guided regression over 0 … D
///
/// The volume is never held: its first convolution is separated. Memory is greatest around SGA 1 … 3: their volume, the
/// aggregated one, and the weights.
/// Source: Zhang et al., GA-Net: Guided Aggregation Net for End-to-End Stereo Matching, CVPR 2019, figure 2 and table 1.
struct GANetTrunk: Sendable {
  /// Each image by its own statistics, in the bottom right corner.
  let preparation = ImagePreparation(.ofImage, corner: .bottomRight, divisor: 48)
  /// Bytes of the packed weights.
  let packedBytes: Int

  private let features: GuidedFeatures
  private let ofLeft, ofRight, refinement: ConvolutionLayer
  private let image: [ConvolutionLayer]
  private let guidance: GuidanceBranch
  private let volume: SeparatedConcatenation
  private let down: [ConvolutionLayer]
  private let up, secondDown, secondUp: [SkipConvolution]
  private let blocks: [String: SemiGlobalGuidedBlock]
  private let head: ConvolutionLayer

  /// The card of a variant.
  static func card(_ name: String, _ title: String, _ checkpoints: String) -> ModelCard {
    ModelCard(
      name: name,
      paper: "Zhang et al., GA-Net: Guided Aggregation Net for End-to-End Stereo Matching (\(title)), CVPR 2019",
      purpose: "the most accurate maps where a checkpoint fits the scene; many seconds a frame", sizeDivisor: 48,
      disparityDivisor: 12, checkpoints: checkpoints)
  }

  /// Reads the weights of a variant.
  ///
  /// - Parameters:
  ///   - names: its semi-global guided layers, in the order of the guidance.
  ///   - turns: 1 or 2.
  ///   - headName: the head in use below `cost_agg`; the others are ignored.
  init(
    _ weights: WeightStore, semiGlobal names: [String], turns: Int, head headName: String, in context: ComputeContext
  ) throws {
    let layers = LayerReader(weights)
    features = GuidedFeatures(layers, "feature")
    ofLeft = layers.basicConvolution("conv_x", spatial: 2, features.outChannels)
    ofRight = layers.basicConvolution("conv_y", spatial: 2, features.outChannels)
    // Batch normalisation is affine and commutes with the interpolation between the two, so it goes into the convolution.
    refinement = layers.convolution(
      "conv_refine", normalisation: "bn_relu.0",
      ConvolutionGeometry(
        spatial: 2, inChannels: features.outChannels, outChannels: layers.outChannels("conv_refine", spatial: 2),
        kernel: 3, padding: 1))
    let first = layers.basicConvolution("conv_start.0", spatial: 2, 3)
    image = [first, layers.basicConvolution("conv_start.1", spatial: 2, first.geometry.outChannels)]
    guidance = GuidanceBranch(
      layers, "guidance", channels: image[1].geometry.outChannels + refinement.geometry.outChannels, names: names)
    let path = "cost_agg"
    volume = SeparatedConcatenation(
      layers, "\(path).conv_start.conv", normalisation: "\(path).conv_start.bn",
      mapChannels: ofLeft.geometry.outChannels, maskLeft: true)
    let fine = layers.basicConvolution("\(path).conv1a", spatial: 3, volume.outChannels, stride: 2)
    let coarse = layers.basicConvolution("\(path).conv2a", spatial: 3, fine.geometry.outChannels, stride: 2)
    down = [fine, coarse]
    let widths = [volume.outChannels, fine.geometry.outChannels, coarse.geometry.outChannels]
    func levels(_ suffix: String, isUp: Bool) -> [SkipConvolution] {
      (1...2).map { level in
        SkipConvolution(
          layers, "\(path).\(isUp ? "deconv" : "conv")\(level)\(suffix)", spatial: 3,
          channels: widths[isUp ? level : level - 1], isTransposed: isUp)
      }
    }
    up = levels("a", isUp: true)
    secondDown = turns > 1 ? levels("b", isUp: false) : []
    secondUp = turns > 1 ? levels("b", isUp: true) : []
    blocks = Dictionary(
      uniqueKeysWithValues: names.map { name in
        (name, SemiGlobalGuidedBlock(layers, "\(path).sga\(name)", channels: widths[name.count - 1]))
      })
    head = layers.convolution(
      "\(path).\(headName).conv32x1",
      ConvolutionGeometry(spatial: 3, inChannels: volume.outChannels, outChannels: 1, kernel: 3, padding: 1))
    let unused = ["disp0", "disp1", "deconv0b"].filter { $0 != headName }.map { "\(path).\($0).*" }
    try layers.finish(ignoring: unused, in: context)
    packedBytes = layers.packedBytes + volume.byteCount
  }

  /// The network on frames of the given size.
  func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let shape = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(shape), graph.input(shape))
    graph.record("input_left", left)
    graph.record("input_right", right)
    graph.beginStage("features of the left image")
    let leftFeature = try features(&graph, left, side: "left")
    let leftMap = try graph.convolution(ofLeft, leftFeature, slope: 0)
    graph.record("left.conv_x", leftMap)
    graph.beginStage("features of the right image")
    let rightMap = try graph.convolution(ofRight, try features(&graph, right, side: "right"), slope: 0)
    graph.record("right.conv_y", rightMap)
    graph.beginStage("guidance")
    let maps = try guidanceMaps(&graph, left, leftFeature)
    graph.beginStage("volume")
    let x = try volume(&graph, leftMap, rightMap, planes: disparities / 3 + 1, slope: 1)
    graph.record("agg.conv_start", x)
    let regularised = try regularise(&graph, x, maps)
    graph.beginStage("scores")
    let scores = try graph.convolution(head, regularised)
    graph.record("conv32x1", scores)
    graph.beginStage("weights of the regression")
    let weights = (try guidance.local(&graph, maps, "1"), try guidance.local(&graph, maps, "2"))
    graph.beginStage("regression")
    let (disparity, spread) = try graph.guidedRegression(
      scores, disparities: disparities + 1, first: weights.0, second: weights.1)
    graph.record("disparity_padded", disparity)
    return graph.regressed(left, right, disparity: disparity, spread: spread)
  }

  /// Adds what the guidance starts from: the image's own map beside the upsampled features.
  private func guidanceMaps(
    _ graph: inout NetworkGraph, _ left: Feature, _ feature: Feature
  ) throws(LayerError) -> GuidanceBranch.Maps {
    let (own, refined) = (image[1].geometry.outChannels, refinement.geometry.outChannels)
    let (whole, parts) = graph.concatenation([own, refined], like: left.shape)
    let start = try graph.convolution(image[0], left, slope: 0)
    _ = try graph.convolution(image[1], start, slope: 0, into: parts[0])
    let coarse = try graph.convolution(refinement, feature)
    _ = graph.resize(coarse, to: SIMD3(1, left.shape.height, left.shape.width), alignCorners: false, into: parts[1])
    // The image's own map has been through ReLU, which does nothing the second time.
    let joined = try graph.add(whole, nil, slope: 0, into: whole)
    graph.record("conv_start", graph.channels(of: joined, from: 0, count: own))
    graph.record("refine_up", graph.channels(of: joined, from: own.roundedUpToVector, count: refined))
    return try guidance.maps(&graph, joined)
  }

  /// Adds the block of the given name, if the variant has it.
  private func block(
    _ graph: inout NetworkGraph, _ x: Feature, _ maps: GuidanceBranch.Maps, _ name: String
  ) throws(LayerError) -> Feature {
    guard let block = blocks[name] else { return x }
    graph.beginStage("weights of sga\(name)")
    let weights = try guidance.semiGlobal(&graph, maps, name)
    let out = try block(&graph, x, guidance: weights, stage: "sga\(name)")
    graph.record("sga\(name)", out)
    return out
  }

  /// Adds the turns of the encoder-decoder.
  private func regularise(
    _ graph: inout NetworkGraph, _ volume: Feature, _ maps: GuidanceBranch.Maps
  ) throws(LayerError) -> Feature {
    var fine = try block(&graph, volume, maps, "1")
    graph.beginStage("conv1a")
    var middle = try block(&graph, try graph.convolution(down[0], fine, slope: 0), maps, "11")
    graph.beginStage("conv2a")
    let coarse = try graph.convolution(down[1], middle, slope: 0)
    graph.record("agg.conv2a", coarse)
    graph.beginStage("deconv2a")
    middle = try block(&graph, try up[1](&graph, coarse, skip: middle), maps, "12")
    graph.beginStage("deconv1a")
    fine = try block(&graph, try up[0](&graph, middle, skip: fine, slope: 1), maps, "2")
    if secondDown.isEmpty { return fine }
    graph.beginStage("conv1b")
    middle = try block(&graph, try secondDown[0](&graph, fine, skip: middle), maps, "13")
    graph.beginStage("conv2b")
    let last = try secondDown[1](&graph, middle, skip: coarse)
    graph.record("agg.conv2b", last)
    graph.beginStage("deconv2b")
    middle = try block(&graph, try secondUp[1](&graph, last, skip: middle), maps, "14")
    graph.beginStage("deconv1b")
    return try block(&graph, try secondUp[0](&graph, middle, skip: fine, slope: 1), maps, "3")
  }
}
