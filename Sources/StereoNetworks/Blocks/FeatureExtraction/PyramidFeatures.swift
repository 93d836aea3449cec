internal import Kernels
package import NeuralNetwork

/// PSMNet's feature extraction: image → map of 32 channels at a quarter of the resolution.
///
/// Three 3×3 convolutions (the first of stride 2), four residual stages (the second of stride 2, the fourth dilated by 2),
/// spatial pyramid pooling, a 3×3 and a 1×1 convolution.
/// Source: Chang & Chen, Pyramid Stereo Matching Network, CVPR 2018, table 1.
package struct PyramidFeatures: Sendable {
  private let first: [ConvolutionLayer]
  private let layer1, layer2, layer3, layer4: ResidualStage
  private let pyramid: SpatialPyramidPooling
  private let last: (ConvolutionLayer, ConvolutionLayer)
  private let alignCorners: Bool

  /// Channels of the map.
  package var outChannels: Int { last.1.geometry.outChannels }

  /// Describes the layers below `path`.
  ///
  /// - Parameter alignCorners: convention of the branches' upsampling.
  package init(_ layers: LayerReader, _ path: String, alignCorners: Bool) {
    self.alignCorners = alignCorners
    var width = 3
    first = [0, 2, 4].map { n in
      let base = "\(path).firstconv.\(n)"
      let ins = width
      width = layers.outChannels("\(base).0", spatial: 2)
      return layers.convolution(
        "\(base).0", normalisation: "\(base).1",
        ConvolutionGeometry(
          spatial: 2, inChannels: ins, outChannels: width, kernel: 3, stride: n == 0 ? 2 : 1, padding: 1))
    }
    layer1 = ResidualStage(layers, "\(path).layer1", inChannels: width, count: 3)
    layer2 = ResidualStage(layers, "\(path).layer2", inChannels: layer1.outChannels, count: 16, stride: 2)
    layer3 = ResidualStage(layers, "\(path).layer3", inChannels: layer2.outChannels, count: 3)
    layer4 = ResidualStage(layers, "\(path).layer4", inChannels: layer3.outChannels, count: 3, dilation: 2)
    pyramid = SpatialPyramidPooling(layers, path, inChannels: layer4.outChannels)
    let base = "\(path).lastconv"
    let parts = [layer2.outChannels, layer4.outChannels] + pyramid.widths
    let fuse = layers.convolution(
      "\(base).0.0", normalisation: "\(base).0.1", concatenating: parts,
      ConvolutionGeometry(
        spatial: 2, inChannels: parts.reduce(0, +), outChannels: layers.outChannels("\(base).0.0", spatial: 2),
        kernel: 3,
        padding: 1))
    let reduce = layers.convolution(
      "\(base).2",
      ConvolutionGeometry(
        spatial: 2, inChannels: fuse.geometry.outChannels, outChannels: layers.outChannels("\(base).2", spatial: 2),
        kernel: 1))
    last = (fuse, reduce)
  }

  /// Adds the feature extraction of one image.
  ///
  /// - Parameter side: `left` or `right`, for records.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ image: Feature, side: String
  ) throws(LayerError) -> Feature {
    var x = image
    for layer in first { x = try graph.convolution(layer, x, slope: 0) }
    graph.record("\(side).firstconv", x)
    x = try layer1(&graph, x)
    graph.record("\(side).layer1", x)
    let (height, width) = ((x.shape.height + 1) / 2, (x.shape.width + 1) / 2)
    let joined = graph.concatenation(
      [layer2.outChannels, layer4.outChannels] + pyramid.widths,
      like: FeatureShape(height: height, width: width, channels: 1))
    let raw = try layer2(&graph, x, into: joined.parts[0])
    graph.record("\(side).layer2", raw)
    x = try layer3(&graph, raw)
    graph.record("\(side).layer3", x)
    let skip = try layer4(&graph, x, into: joined.parts[1])
    graph.record("\(side).layer4", skip)
    try pyramid(&graph, skip, into: Array(joined.parts[2...]), alignCorners: alignCorners, side: side)
    let fused = try graph.convolution(last.0, joined.whole, slope: 0)
    let map = try graph.convolution(last.1, fused)
    graph.record("\(side).features", map)
    return map
  }
}
