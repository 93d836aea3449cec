package import Kernels

/// Describes a network's layers over a file of weights, then reads them all.
///
///     let layers = LayerReader(store)
///     let first = layers.convolution("firstconv.0.0", normalisation: "firstconv.0.1", …)
///     try layers.finish()
package final class LayerReader {
  /// The tensors that are taken.
  package let weights: WeightReader
  private var described: [ConvolutionLayer] = []
  private var preparations: [@Sendable () -> Void] = []

  /// Begins to describe a network over `store`.
  package init(_ store: WeightStore) { weights = store.reader() }

  /// Number of output channels of the convolution whose weight tensor lies at `path`; 1 and a problem noted if there is none.
  package func outChannels(_ path: String, spatial: Int, transposed: Bool = false) -> Int {
    weights.extent(path + ".weight", axis: transposed ? 1 : 0, rank: spatial + 2) ?? 1
  }

  /// One extent of the weight tensor at `path`; 1 and a problem noted if there is none.
  package func extent(_ path: String, axis: Int, spatial: Int) -> Int {
    weights.extent(path + ".weight", axis: axis, rank: spatial + 2) ?? 1
  }

  /// Describes a convolution.
  ///
  /// - Parameters:
  ///   - path: scope of its `weight` (and `bias`).
  ///   - normalisation: scope of the batch normalisation that follows, nil for none.
  ///   - hasBias: whether the convolution has a bias of its own.
  ///   - parts: channels of the features that its input concatenates, in the order of the weights; nil for one feature.
  ///   - places: for every part its position in the concatenation; nil for the order of the weights.
  ///   - selection: the part of the stored convolution that the layer computes.
  ///   - geometry: that of the stored convolution.
  package func convolution(
    _ path: String, normalisation: String? = nil, hasBias: Bool = false, concatenating parts: [Int]? = nil,
    placed places: [Int]? = nil, selecting selection: WeightSelection = WeightSelection(),
    _ geometry: ConvolutionGeometry
  ) -> ConvolutionLayer {
    let scope = weights.scope(path)
    let layer = ConvolutionLayer(
      name: path, geometry: geometry, parts: parts ?? [geometry.inChannels], places: places, selection: selection,
      weight: scope.tensor("weight", shape: geometry.weightShape),
      bias: hasBias ? scope.tensor("bias", shape: [geometry.outChannels]) : nil,
      normalisation: normalisation.map { weights.batchNormalisation($0, channels: geometry.outChannels) })
    described.append(layer)
    return layer
  }

  /// Describes a convolution whose weights other code packs; it cannot be added to a graph.
  package func weightsOnly(
    _ path: String, normalisation: String? = nil, _ geometry: ConvolutionGeometry
  ) -> ConvolutionLayer {
    let layer = convolution(path, normalisation: normalisation, geometry)
    described.removeLast()
    return layer
  }

  /// Adds work that reads weights, to be done when the description has proved to fit.
  package func prepare(_ work: @escaping @Sendable () -> Void) { preparations.append(work) }

  /// Checks the description against the file, then reads, folds and packs all weights.
  ///
  /// - Throws: ``WeightError/mismatch(path:problems:)`` with every tensor that is missing, surplus or wrongly shaped.
  package func finish(
    ignoring unused: [String] = [], in context: ComputeContext = ComputeContext()
  ) throws(WeightError) {
    try weights.finish(ignoring: unused)
    let (layers, work) = (described, preparations)
    context.parallel.bands(layers.count + work.count) { index in
      if index < work.count { work[index]() } else { layers[index - work.count].pack() }
    }
  }

  /// Bytes of all packed weights, once they are read.
  package var packedBytes: Int { described.reduce(0) { $0 + $1.convolution.byteCount } }
}
