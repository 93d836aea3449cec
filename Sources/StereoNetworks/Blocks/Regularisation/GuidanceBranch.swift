internal import Kernels
package import NeuralNetwork

/// GA-Net's guidance: the weights of every guided layer, from the left image and its features.
///
/// A chain of convolutions at a third of the resolution (conv1 … conv3) goes on at a sixth (conv11 … conv14); from the
/// map after each, one convolution makes the weights of the semi-global layer of that name. The weights of the two local
/// layers come from the map of full resolution. Weights are added to the graph where they are needed, since those of one layer
/// fill as much memory as a third of the volume.
/// Source: Zhang et al., GA-Net, CVPR 2019, figure 2 and the published code.
package struct GuidanceBranch: Sendable {
  /// The maps that weights are made from.
  package struct Maps: Sendable {
    fileprivate let full: Feature
    fileprivate var coarse: [String: Feature] = [:]
  }

  private let first: ConvolutionLayer
  private let chain: [(name: String, layers: [ConvolutionLayer])]
  private let semiGlobal: [String: ConvolutionLayer]
  private let local: [String: [ConvolutionLayer]]

  /// Describes the guidance below `path` on maps of `channels` channels for the semi-global layers of the given names, in
  /// the order of the chain; those of two digits work at a sixth of the resolution.
  package init(_ layers: LayerReader, _ path: String, channels: Int, names: [String]) {
    first = layers.basicConvolution("\(path).conv0", spatial: 2, channels)
    var width = first.geometry.outChannels
    var chain: [(name: String, layers: [ConvolutionLayer])] = []
    var semiGlobal: [String: ConvolutionLayer] = [:]
    for name in names {
      var own: [ConvolutionLayer] = []
      if name == "1" || name == "11" {
        own.append(
          layers.basicConvolution(
            "\(path).conv\(name).0", spatial: 2, width, kernel: name == "1" ? 5 : 3, stride: name == "1" ? 3 : 2))
        width = own[0].geometry.outChannels
      }
      own.append(layers.basicConvolution("\(path).conv\(name)" + (own.isEmpty ? "" : ".1"), spatial: 2, width))
      width = own[own.count - 1].geometry.outChannels
      chain.append((name, own))
      semiGlobal[name] = Self.semiGlobalWeights(layers, "\(path).weight_sg\(name)", channels: width)
    }
    self.chain = chain
    self.semiGlobal = semiGlobal
    let full = first.geometry.outChannels
    local = Dictionary(
      uniqueKeysWithValues: ["1", "2"].map { name in
        let inner = layers.basicConvolution("\(path).weight_lg\(name).0", spatial: 2, full)
        let last = layers.convolution(
          "\(path).weight_lg\(name).1",
          ConvolutionGeometry(
            spatial: 2, inChannels: inner.geometry.outChannels, outChannels: LocalGuided.taps, kernel: 3, padding: 1))
        return (name, [inner, last])
      })
  }

  /// The convolution to 4 · 5 · C weights, its outputs in the order of ``SemiGlobalGuided/guidanceShape(for:)``; stored is
  /// [direction][channel][tap].
  private static func semiGlobalWeights(_ layers: LayerReader, _ path: String, channels: Int) -> ConvolutionLayer {
    let (taps, lanes) = (SemiGlobalGuided.taps, SemiGlobalGuided.lanes(channels))
    let order = (0..<SemiGlobalGuided.directions * taps * lanes).map { output -> Int? in
      let (direction, tap, channel) = (output / lanes / taps, output / lanes % taps, output % lanes)
      return channel < channels ? (direction * channels + channel) * taps + tap : nil
    }
    return layers.convolution(
      path, selecting: WeightSelection(outputs: order),
      ConvolutionGeometry(
        spatial: 2, inChannels: channels, outChannels: SemiGlobalGuided.directions * taps * channels, kernel: 3,
        padding: 1))
  }

  /// Adds the chain on the map of full resolution.
  package func maps(_ graph: inout NetworkGraph, _ x: Feature) throws(LayerError) -> Maps {
    var y = try graph.convolution(first, x, slope: 0)
    graph.record("guidance.conv0", y)
    var maps = Maps(full: y)
    for (name, layers) in chain {
      for layer in layers { y = try graph.convolution(layer, y, slope: 0) }
      maps.coarse[name] = y
    }
    return maps
  }

  /// Adds the weights of the semi-global layer `name`.
  package func semiGlobal(_ graph: inout NetworkGraph, _ maps: Maps, _ name: String) throws(LayerError) -> Feature {
    let weights = try graph.convolution(semiGlobal[name]!, maps.coarse[name]!)
    graph.record("guidance.sg\(name)", weights)
    return weights
  }

  /// Adds the weights of the local layer `name`, `[75, H, W]`.
  package func local(_ graph: inout NetworkGraph, _ maps: Maps, _ name: String) throws(LayerError) -> Feature {
    let inner = try graph.convolution(local[name]![0], maps.full, slope: 0)
    let weights = try graph.convolution(local[name]![1], inner)
    graph.record("guidance.lg\(name)", weights)
    return weights
  }
}
