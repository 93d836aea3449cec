internal import Kernels
package import NeuralNetwork

/// GA-Net's features: a stem to a third of the resolution and two U-nets one after the other, `[3, H, W]` → `[32, H/3, W/3]`.
///
/// The stem is 3×3, 5×5 with stride 3, 3×3. The first U-net goes down four times (conv1a … conv4a) and up (deconv4a …
/// deconv1a), joining on the way up what the way down left; the second goes down (conv1b …) joining what the first left on
/// its way up, and up again (deconv4b …). H and W are multiples of 48.
/// Source: Zhang et al., GA-Net, CVPR 2019, table 1 and the published code.
package struct GuidedFeatures: Sendable {
  private let stem: [ConvolutionLayer]
  private let down: [ConvolutionLayer]
  private let firstUp, secondDown, secondUp: [SkipConvolution]

  /// Channels of the features.
  package var outChannels: Int { secondUp[0].outChannels }

  /// Describes the features below `path`.
  package init(_ layers: LayerReader, _ path: String) {
    let first = layers.basicConvolution("\(path).conv_start.0", spatial: 2, 3)
    let second = layers.basicConvolution(
      "\(path).conv_start.1", spatial: 2, first.geometry.outChannels, kernel: 5, stride: 3)
    let third = layers.basicConvolution("\(path).conv_start.2", spatial: 2, second.geometry.outChannels)
    stem = [first, second, third]
    var widths = [third.geometry.outChannels]
    var down: [ConvolutionLayer] = []
    for level in 1...4 {
      down.append(layers.basicConvolution("\(path).conv\(level)a", spatial: 2, widths[level - 1], stride: 2))
      widths.append(down[level - 1].geometry.outChannels)
    }
    self.down = down
    func levels(_ suffix: String, isUp: Bool) -> [SkipConvolution] {
      (1...4).map { level in
        SkipConvolution(
          layers, "\(path).\(isUp ? "deconv" : "conv")\(level)\(suffix)", spatial: 2,
          channels: widths[isUp ? level : level - 1], isTransposed: isUp)
      }
    }
    firstUp = levels("a", isUp: true)
    secondDown = levels("b", isUp: false)
    secondUp = levels("b", isUp: true)
  }

  /// Adds the features of one image.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ image: Feature, side: String
  ) throws(LayerError) -> Feature {
    var x = image
    for layer in stem { x = try graph.convolution(layer, x, slope: 0) }
    graph.record("\(side).conv_start", x)
    var skips = [x]
    for layer in down {
      x = try graph.convolution(layer, x, slope: 0)
      skips.append(x)
    }
    graph.record("\(side).conv4a", x)
    for level in (0..<4).reversed() {
      x = try firstUp[level](&graph, x, skip: skips[level])
      skips[level] = x
    }
    graph.record("\(side).deconv1a", x)
    for level in 0..<4 {
      x = try secondDown[level](&graph, x, skip: skips[level + 1])
      skips[level + 1] = x
    }
    for level in (0..<4).reversed() { x = try secondUp[level](&graph, x, skip: skips[level]) }
    graph.record("\(side).feature", x)
    return x
  }
}
