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
  private var stored: StoredTensors?
  private let storedGeometry: ConvolutionGeometry
  private let parts: [Int]
  private let places: [Int]
  private let selection: WeightSelection
  private var packed: Convolution?

  init(
    name: String, geometry: ConvolutionGeometry, parts: [Int], places: [Int]?, selection: WeightSelection,
    weight: WeightTensor,
    bias: WeightTensor?, normalisation: BatchNormalisationTensors?
  ) {
    precondition(
      parts.count == 1 || selection.inputs == nil && selection.outputs == nil, "\(name): a selection of several parts")
    self.name = name
    storedGeometry = geometry
    self.geometry =
      parts.count == 1 ? geometry.selected(by: selection) : geometry.widened(to: parts)
    self.parts = parts
    self.places = places ?? Array(parts.indices)
    self.selection = selection
    precondition(self.places.sorted() == Array(parts.indices), "\(name): places \(self.places) of \(parts.count) parts")
    stored = StoredTensors(weight: weight, bias: bias, normalisation: normalisation)
  }

  private struct StoredTensors {
    let weight: WeightTensor
    let bias: WeightTensor?
    let normalisation: BatchNormalisationTensors?
  }

  /// The convolution, ready to run.
  ///
  /// - Precondition: the reader that made the layer has finished.
  package var convolution: Convolution {
    guard let packed else { preconditionFailure("\(name): used before its weights were read") }
    return packed
  }

  /// The weights `[out, in, …]` as stored, with the factor and summand that follow, once: the file is let go then.
  ///
  /// Packing calls it; other code does for layers that it packs itself.
  package func takeValues() -> (weight: [Float], scale: [Float]?, bias: [Float]?) {
    guard let tensors = stored else { preconditionFailure("\(name): its weights were read before") }
    stored = nil
    let folded = tensors.normalisation?.values()
    var summand = folded?.shift
    if let own = tensors.bias?.values() {
      summand = own.indices.map { own[$0] * (folded?.scale[$0] ?? 1) + (folded?.shift[$0] ?? 0) }
    }
    return (tensors.weight.values(), folded?.scale, summand)
  }

  /// Reads, folds and packs the weights.
  func pack() {
    var values = takeValues()
    let isDense = parts.reduce(0, +) == geometry.inChannels && places == Array(parts.indices)
    if parts.count > 1 && !isDense { values.weight = spread(values.weight) }
    if selection.inputs != nil || selection.outputs != nil {
      values.weight = selection.weights(values.weight, of: storedGeometry)
    }
    values.scale = selection.values(values.scale)
    values.bias = selection.hasSummand ? selection.values(values.bias) : nil
    packed = Convolution.packing(geometry, weights: values.weight, scale: values.scale, bias: values.bias)
  }

  /// Weights whose input channels are moved to where a concatenation of ``parts`` holds them, zeros between.
  private func spread(_ weight: [Float]) -> [Float] {
    let stored = parts.reduce(0, +)
    let firsts = parts.indices.map { part in
      parts.indices.reduce(0) { $0 + (places[$1] < places[part] ? parts[$1].roundedUpToVector : 0) }
    }
    let outer = geometry.isTransposed ? 1 : geometry.outChannels
    let inner = geometry.taps * (geometry.isTransposed ? geometry.outChannels : 1)
    var spread = [Float](repeating: 0, count: outer * geometry.inChannels * inner)
    for o in 0..<outer {
      var source = o * stored * inner
      for (part, first) in zip(parts, firsts) {
        let target = (o * geometry.inChannels + first) * inner
        for i in 0..<part * inner { spread[target + i] = weight[source + i] }
        source += part * inner
      }
    }
    return spread
  }
}

extension ConvolutionGeometry {
  /// The geometry of a part; see ``WeightSelection``.
  fileprivate func selected(by selection: WeightSelection) -> ConvolutionGeometry {
    selection.inputs == nil && selection.outputs == nil ? self : selection.geometry(of: self)
  }

  /// The same convolution reading a concatenation, in which every part begins at a multiple of 16 channels.
  fileprivate func widened(to parts: [Int]) -> ConvolutionGeometry {
    precondition(parts.reduce(0, +) == inChannels, "parts \(parts) of \(inChannels) channels")
    if parts.count == 1 { return self }
    var wide = self
    wide.inChannels = parts.reduce(0) { $0 + $1.roundedUpToVector }
    return wide
  }
}

extension Int {
  /// The next multiple of 16, the channels of the widest vector.
  package var roundedUpToVector: Int { (self + 15) / 16 * 16 }
}

extension NetworkGraph {
  /// Memory for the concatenation of parts with the given channels, each beginning at a multiple of 16, and the parts.
  package mutating func concatenation(
    _ parts: [Int], like shape: FeatureShape
  ) -> (whole: Feature, parts: [Feature]) {
    var joined = shape
    joined.channels = parts.reduce(0) { $0 + $1.roundedUpToVector }
    let whole = reserve(joined)
    var first = 0
    let features = parts.map { part in
      defer { first += part.roundedUpToVector }
      return channels(of: whole, from: first, count: part)
    }
    return (whole, features)
  }

  /// Adds f(conv(x) + residual), f(v) = v if v > 0, else slope · v.
  ///
  /// - Parameters:
  ///   - slope: 1 for no activation, 0 for ReLU, between them leaky ReLU.
  ///   - target: memory to write if it has the right shape, such as that of `residual` when nobody reads it any more. Of a
  ///     transposed convolution it may be smaller than the whole output, which is then cropped below and on the right.
  /// - Throws: ``LayerError`` if the shapes do not fit.
  package mutating func convolution(
    _ layer: ConvolutionLayer, _ x: Feature, adding residual: Feature? = nil, slope: Float = 1,
    into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    let geometry = layer.geometry
    guard x.shape.channels == geometry.inChannels else {
      throw .unsuitableShape(
        operation: layer.name, expected: "\(geometry.inChannels) channels", found: "\(x.shape)")
    }
    guard var shape = geometry.outputShape(of: x.shape) else {
      throw .unsuitableShape(
        operation: layer.name, expected: "at least the kernel's extents \(geometry.kernel)", found: "\(x.shape)")
    }
    if let target, geometry.fills(target.shape, from: x.shape) { shape = target.shape }
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
