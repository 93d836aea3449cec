internal import Kernels
internal import NeuralNetwork

/// Describes the 2-D convolutions of a network whose widths come from its file; padding keeps the extents (over the stride).
///
/// What a layer has is read off the file too: a bias, and under FlowNetPytorch's names a batch normalisation.
struct PlanarLayers {
  /// The file.
  let reader: LayerReader
  /// Whether convolutions with an activation are `NAME.0` with a normalisation `NAME.1`, as PyTorch's sequences name them.
  var isSequential = false

  /// A convolution on the concatenation of `parts`.
  ///
  /// - Parameter isHead: it has no activation, so that its name has no index in a sequence either.
  func convolution(
    _ name: String, _ parts: [Int], placed places: [Int]? = nil, kernel: Int = 3, stride: Int = 1, isHead: Bool = false
  ) -> ConvolutionLayer {
    let path = isSequential && !isHead ? name + ".0" : name
    let normalisation = isSequential && reader.weights.contains(name + ".1.weight") ? name + ".1" : nil
    return reader.convolution(
      path, normalisation: normalisation, hasBias: reader.weights.contains(path + ".bias"), concatenating: parts,
      placed: places,
      ConvolutionGeometry(
        spatial: 2, inChannels: parts.reduce(0, +), outChannels: reader.outChannels(path, spatial: 2), kernel: kernel,
        stride: stride, padding: (kernel - 1) / 2))
  }

  /// A transposed convolution that enlarges the extents by `stride`: kernel 2 · stride, padding stride / 2.
  func enlarging(
    _ name: String, _ parts: [Int], stride: Int = 2, isHead: Bool = false
  ) -> ConvolutionLayer {
    let path = isSequential && !isHead ? name + ".0" : name
    return reader.convolution(
      path, hasBias: reader.weights.contains(path + ".bias"), concatenating: parts,
      ConvolutionGeometry(
        spatial: 2, inChannels: parts.reduce(0, +),
        outChannels: reader.outChannels(path, spatial: 2, transposed: true), kernel: 2 * stride, stride: stride,
        padding: stride / 2, isTransposed: true))
  }

  /// Channels that the convolution `name` reads, by its weights; 1 if they are missing, which is noted.
  func inChannels(_ name: String) -> Int {
    reader.weights.extent((isSequential ? name + ".0" : name) + ".weight", axis: 1, rank: 4) ?? 1
  }
}

extension ConvolutionLayer {
  /// Channels that the layer writes.
  var outChannels: Int { geometry.outChannels }
}

/// The slope of the leaky ReLU that FlowNet, DispNet and iResNet have behind their convolutions.
let leakySlope: Float = 0.1
