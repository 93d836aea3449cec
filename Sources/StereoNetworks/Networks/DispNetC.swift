package import Kernels
package import NeuralNetwork
package import StereoCore

/// DispNetC (DispNetCorr1D): correlation along the row and an encoder-decoder; the disparity is predicted at half the resolution.
///
/// Published weights are Caffe models; tensors are `LAYER.weight` and `LAYER.bias` by the names of the prototxt. The
/// `single-direction` of the correlation (−1, 0 or 1, see ``Kernels/Correlation``) is told by the number of displacements for
/// the published models and may be given otherwise. The confidence is the agreement of the last two scales,
/// 1 / (1 + |d₁ − d₂| / 1 px) with the coarser prediction d₂ enlarged by the network itself.
/// Source: Mayer et al., A Large Dataset to Train Convolutional Networks for Disparity, Optical Flow, and Scene Flow Estimation,
/// CVPR 2016.
package struct DispNetC: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "dispnet-c",
    paper: "Mayer et al., A Large Dataset to Train Convolutional Networks for Disparity, Optical Flow, and Scene Flow "
      + "Estimation, CVPR 2016", purpose: "disparity without a range to choose, in one pass",
    sizeDivisor: CaffeInput.divisor, disparityDivisor: 0,
    checkpoints: "DispNetCorr1D of lmb-freiburg/dispnet-flownet-docker: *.caffemodel(.h5 is not read)",
    parameters: [.singleDirection], correlationReach: 160, leastWidth: 160)

  /// How it wants its images.
  package var preparation: ImagePreparation { input.preparation }
  /// Bytes of the packed weights.
  package let packedBytes: Int

  private let input: CaffeInput
  private let trunk: CorrelationTrunk

  /// Reads a model.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let reader = LayerReader(weights)
    input = CaffeInput(reader.weights)
    trunk = try CorrelationTrunk(
      PlanarLayers(reader: reader), direction: Self.card.values(conventions, weights).singleDirection)
    try reader.finish(ignoring: CaffeLayers.unused, in: context)
    packedBytes = reader.packedBytes
  }

  /// The network on images of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let (images, resampled) = input(&graph, frame)
    let end = try trunk(&graph, resampled.left, resampled.right)
    graph.record("network_output", end.prediction)
    let agreement = graph.agreement(end.prediction, end.coarser, factor: 1)
    return input.disparities(
      &graph, images, from: end.prediction, adapted: resampled.left.shape.width, agreement: agreement)
  }
}

extension MethodParameter {
  /// The convention `single-direction` of a correlation: which displacements its channels are.
  static let singleDirection = MethodParameter(
    "single-direction", "which displacements the correlation compares: −1 to the left, 1 to the right, 0 both",
    .whole(-1...1), defaultMeaning: "what the number of channels tells", isConvention: true)
}

extension ParameterValues {
  /// The value of `single-direction`; `nil` if nobody tells.
  var singleDirection: Int? { self["single-direction"] == nil ? nil : whole("single-direction") }
}

/// What Caffe models of these networks hold beside the weights.
enum CaffeLayers {
  /// Blobs of the layers that augment and normalise the images, and the second iteration's copies of shared weights.
  static let unused = ["img0*", "img1*", "*_itr2.weight", "*_itr2.bias"]
}
