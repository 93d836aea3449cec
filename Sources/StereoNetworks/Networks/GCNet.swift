package import Kernels
package import NeuralNetwork
package import StereoCore

/// GC-Net: residual features at half resolution, concatenation volume, a 3-D encoder-decoder with four levels, and soft-argmin
/// with softmax(−score) over all disparities.
///
/// The left half of the volume is not masked: it holds left(x) also where x < d. Layers are numbered as in the paper's
/// table; `layerN.conv` and `layerN.bn` are their tensors. Every layer has batch normalisation and ReLU but 18 and 37, which
/// have a bias instead; the strided layers 21, 24, 27, 30 are chained, 21 on the volume itself.
/// Source: Kendall et al., End-to-End Learning of Geometry and Context for Deep Stereo Regression, ICCV 2017, table 1.
package struct GCNet: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "gc-net",
    paper: "Kendall et al., End-to-End Learning of Geometry and Context for Deep Stereo Regression, ICCV 2017",
    purpose: "the first network with a 3-D encoder-decoder, for weights of one's own", sizeDivisor: 32,
    disparityDivisor: 32,
    checkpoints: "none is published; tensors layer1.conv.weight … layer37.conv.bias by the numbers of the paper's table"
  )

  /// Colours / 127.5 − 1.
  package let preparation = ImagePreparation(
    mean: SIMD3(repeating: 0.5), deviation: SIMD3(repeating: 0.5), divisor: 32)
  /// Bytes of the packed weights.
  package let packedBytes: Int

  private let planar: [ConvolutionLayer]
  private let volume19, volume21: SeparatedConcatenation
  private let spatial: [Int: ConvolutionLayer]

  /// Reads the weights.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let layers = LayerReader(weights)
    var width = 3
    planar = (1...18).map { n in
      let ins = width
      width = layers.outChannels("layer\(n).conv", spatial: 2)
      let (kernel, stride) = n == 1 ? (5, 2) : (3, 1)
      return layers.convolution(
        "layer\(n).conv", normalisation: n == 18 ? nil : "layer\(n).bn", hasBias: n == 18,
        ConvolutionGeometry(
          spatial: 2, inChannels: ins, outChannels: width, kernel: kernel, stride: stride, padding: kernel / 2))
    }
    let features = width
    (volume19, volume21) = (
      SeparatedConcatenation(
        layers, "layer19.conv", normalisation: "layer19.bn", mapChannels: features, maskLeft: false),
      SeparatedConcatenation(
        layers, "layer21.conv", normalisation: "layer21.bn", mapChannels: features, stride: 2, maskLeft: false)
    )
    spatial = Self.regularisation(layers, after19: volume19.outChannels, after21: volume21.outChannels)
    try layers.finish(in: context)
    packedBytes = layers.packedBytes + volume19.byteCount + volume21.byteCount
  }

  /// Describes layers 20 and 22 … 37.
  private static func regularisation(
    _ layers: LayerReader, after19: Int, after21: Int
  ) -> [Int: ConvolutionLayer] {
    var described: [Int: ConvolutionLayer] = [:]
    func describe(_ n: Int, _ ins: Int, stride: Int = 1, up: Bool = false) -> Int {
      let outs = layers.outChannels("layer\(n).conv", spatial: 3, transposed: up)
      described[n] = layers.convolution(
        "layer\(n).conv", normalisation: n == 37 ? nil : "layer\(n).bn", hasBias: n == 37,
        ConvolutionGeometry(
          spatial: 3, inChannels: ins, outChannels: outs, kernel: 3, stride: up ? 2 : stride, padding: 1,
          isTransposed: up,
          outputPadding: up ? 1 : 0))
      return outs
    }
    _ = describe(20, after19)
    var chain = after21
    var width = after21
    for n in [21, 24, 27, 30] {
      if n > 21 { chain = describe(n, chain, stride: 2) }
      width = describe(n + 2, describe(n + 1, chain))
    }
    for n in 33...37 { width = describe(n, width, up: true) }
    return described
  }

  /// The network on frames of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let image = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(image), graph.input(image))
    graph.record("input_left", left)
    graph.record("input_right", right)
    let maps = (try features(&graph, left, side: "left"), try features(&graph, right, side: "right"))
    func layer(_ n: Int, _ x: Feature) throws(LayerError) -> Feature {
      graph.beginStage("layer\(n)")
      let y = try graph.convolution(spatial[n]!, x, slope: 0)
      graph.record("layer\(n)", y)
      return y
    }
    graph.beginStage("layer19")
    let first = try volume19(&graph, maps.0, maps.1, planes: disparities / 2, slope: 0)
    var skips = [try layer(20, first)]
    graph.beginStage("layer21")
    var chain = try volume21(&graph, maps.0, maps.1, planes: disparities / 2, slope: 0)
    graph.record("layer21", chain)
    for n in [21, 24, 27, 30] {
      if n > 21 { chain = try layer(n, chain) }
      skips.append(try layer(n + 2, try layer(n + 1, chain)))
    }
    var x = skips.removeLast()
    for n in 33...36 {
      graph.beginStage("layer\(n)")
      let skip = skips.removeLast()
      x = try graph.convolution(spatial[n]!, x, adding: skip, slope: 0, into: skip)
      graph.record("layer\(n)", x)
    }
    graph.beginStage("layer37")
    let scores = try graph.convolution(spatial[37]!, x)
    graph.record("layer37", scores)
    graph.beginStage("regression")
    let (disparity, spread) = try graph.softArgmin(
      scores, resizedTo: scores.shape.extents, sign: -1, alignCorners: false)
    return graph.regressed(left, right, disparity: disparity, spread: spread)
  }

  /// Layers 1 … 18 on one image.
  private func features(
    _ graph: inout NetworkGraph, _ image: Feature, side: String
  ) throws(LayerError) -> Feature {
    graph.beginStage("features of the \(side) image")
    var x = try graph.convolution(planar[0], image, slope: 0)
    graph.record("\(side).layer1", x)
    for n in stride(from: 1, to: 17, by: 2) {
      let inner = try graph.convolution(planar[n], x, slope: 0)
      x = try graph.convolution(planar[n + 1], inner, adding: x, slope: 0, into: x)
      graph.record("\(side).layer\(n + 2)", x)
    }
    x = try graph.convolution(planar[17], x)
    graph.record("\(side).layer18", x)
    return x
  }
}
