package import Kernels

/// A convolution of a network with the batch normalisation that follows it, 2-D or 3-D, transposed or not.
///
/// Its tensors are taken when the network is described, and read, folded and packed when the whole description has proved
/// to fit the file (``LayerReader/finish(ignoring:)``).
package final class ConvolutionLayer: @unchecked Sendable {
  /// Dotted path of the layer, for messages.
  package let name: String
  /// Where the taps lie.
  package let geometry: ConvolutionGeometry
  private let weight: WeightTensor
  private let bias: WeightTensor?
  private let normalisation: BatchNormalisationTensors?
  private var packed: Convolution?

  init(
    name: String, geometry: ConvolutionGeometry, weight: WeightTensor, bias: WeightTensor?,
    normalisation: BatchNormalisationTensors?
  ) {
    self.name = name
    self.geometry = geometry
    self.weight = weight
    self.bias = bias
    self.normalisation = normalisation
  }

  /// The convolution, ready to run.
  ///
  /// - Precondition: the reader that made the layer has finished.
  package var convolution: Convolution {
    guard let packed else { preconditionFailure("\(name): used before its weights were read") }
    return packed
  }

  /// The weights `[out, in, …]` as stored, with the factor and summand that follow; for layers that other code packs.
  package func values() -> (weight: [Float], scale: [Float]?, bias: [Float]?) {
    let folded = normalisation?.values()
    var summand = folded?.shift
    if let own = bias?.values() {
      summand = own.indices.map { own[$0] * (folded?.scale[$0] ?? 1) + (folded?.shift[$0] ?? 0) }
    }
    return (weight.values(), folded?.scale, summand)
  }

  /// Reads, folds and packs the weights.
  func pack() {
    let values = values()
    packed = values.weight.withUnsafeBufferPointer {
      Convolution(geometry, weights: $0.baseAddress!, scale: values.scale, bias: values.bias)
    }
  }
}

extension NetworkGraph {
  /// Adds f(conv(x) + residual), f(v) = v if v > 0, else slope · v.
  ///
  /// - Parameters:
  ///   - slope: 1 for no activation, 0 for ReLU, between them leaky ReLU.
  ///   - target: memory to write if it has the right shape, such as that of `residual` when nobody reads it any more.
  /// - Throws: ``LayerError`` if the shapes do not fit.
  package mutating func convolution(
    _ layer: ConvolutionLayer, _ x: Feature, adding residual: Feature? = nil, slope: Float = 1, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    let geometry = layer.geometry
    guard x.shape.channels == geometry.inChannels else {
      throw .unsuitableShape(
        operation: layer.name, expected: "\(geometry.inChannels) channels", found: "\(x.shape)")
    }
    guard let shape = geometry.outputShape(of: x.shape) else {
      throw .unsuitableShape(
        operation: layer.name, expected: "at least the kernel's extents \(geometry.kernel)", found: "\(x.shape)")
    }
    if let residual, residual.shape != shape {
      throw .unsuitableShape(operation: layer.name, expected: "a residual of \(shape)", found: "\(residual.shape)")
    }
    let out = destination(target, shape)
    let convolution = layer.convolution
    step(
      reading: [x] + (residual.map { [$0] } ?? []), writing: out, multiplyAdds: geometry.multiplyAdds(of: x.shape),
      scratchFloats: convolution.scratchFloats(for: x.shape)
    ) { run in
      convolution(
        run.view(x), into: run.view(out), adding: residual.map { run.view($0) }, slope: slope, in: run.context)
    }
    return out
  }
}
