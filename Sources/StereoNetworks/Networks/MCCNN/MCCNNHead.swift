internal import Kernels
internal import NeuralNetwork

/// The fully connected layers of MC-CNN's accurate network, for lists of pairs of pixels.
///
///     score(l, r) = σ(w · relu(… relu(W₂ · relu(W₁ · [l; r] + b₁) + b₂) …) + b)
///
/// The first layer is split, W₁ · [l; r] = Wl · l + Wr · r: both products are computed once a pixel, not once a pair.
/// Number and width of the layers are those of the tensors `fl_blocks.0`, `.2` ….
/// Source: Žbontar & LeCun, JMLR 2016, section 3.2.
struct MCCNNHead: Sendable {
  /// Pairs that go through the layers together.
  static let chunk = 96

  /// Wl with the bias, and Wr: 1×1 convolutions of the feature maps.
  let first: (left: Convolution, right: Convolution)
  private let hidden: [Convolution]
  private let last: Convolution

  /// What is read of the layers before their values: their tensors.
  struct Description {
    fileprivate let layers: [(weight: WeightTensor, bias: WeightTensor)]
    fileprivate let maps: Int

    /// Takes the layers of a network with `maps` feature maps.
    init(_ reader: WeightReader, maps: Int) {
      var layers: [(weight: WeightTensor, bias: WeightTensor)] = []
      var inputs: Int? = 2 * maps
      repeat {
        let path = "fl_blocks.\(2 * layers.count)"
        let isLast = !reader.containsScope("fl_blocks.\(2 * layers.count + 2)")
        let outputs = isLast ? 1 : reader.extent(path + ".weight", axis: 0, rank: 2)
        let scope = reader.scope(path)
        layers.append((scope.tensor("weight", shape: [outputs, inputs]), scope.tensor("bias", shape: [outputs])))
        inputs = outputs
        if isLast { break }
      } while true
      if layers.count < 2 { reader.note(problem: "fl_blocks: expected at least two layers") }
      self.layers = layers
      self.maps = maps
    }
  }

  /// Reads and packs the layers.
  ///
  /// - Precondition: the reader of the description has finished.
  init(_ description: Description) {
    let maps = description.maps
    let values = description.layers.map { (weight: $0.weight.values(), bias: $0.bias.values()) }
    let units = values[0].bias.count
    func part(from first: Int) -> [Float] {
      (0..<units).flatMap { unit in values[0].weight[unit * 2 * maps + first..<unit * 2 * maps + first + maps] }
    }
    first = (
      Self.layer(part(from: 0), bias: values[0].bias, inputs: maps),
      Self.layer(part(from: maps), bias: [Float](repeating: 0, count: units), inputs: maps)
    )
    hidden = values[1..<values.count - 1].map {
      Self.layer($0.weight, bias: $0.bias, inputs: $0.weight.count / $0.bias.count)
    }
    last = Self.layer(values.last!.weight, bias: values.last!.bias, inputs: values.last!.weight.count)
  }

  private static func layer(_ weight: [Float], bias: [Float], inputs: Int) -> Convolution {
    let geometry = ConvolutionGeometry(spatial: 2, inChannels: inputs, outChannels: bias.count, kernel: 1)
    return Convolution.packing(geometry, weights: weight, bias: bias)
  }

  /// Width of the first layer.
  var units: Int { first.left.geometry.outChannels }

  /// Multiplications with addition of one pair, without the first layer.
  var multiplyAddsPerPair: Int {
    (hidden + [last]).reduce(0) { $0 + $1.geometry.inChannels * $1.geometry.outChannels }
  }

  /// Floats of scratch memory for ``scores(of:left:right:into:_:in:)``.
  var scratchFloats: Int {
    let widths = [units] + hidden.map(\.geometry.outChannels)
    let widest = widths.map { FeatureShape(height: 1, width: Self.chunk, channels: $0).floatCount }.max()!
    return 2 * widest + Self.chunk
  }

  /// One pair of pixels of a row: a column of the left half of the first layer, one of the right half.
  struct Pair {
    let left: Int32
    let right: Int32
  }

  /// The scores, 0 … 1, of pairs of one row.
  ///
  /// - Parameters:
  ///   - left: first layer's left half of the row, ``units`` floats (rounded up to 16) from column to column; `right` alike.
  ///   - scores: one for each pair.
  ///   - memory: ``scratchFloats`` floats.
  func scores(
    of pairs: [Pair], left: Span<Float>, right: Span<Float>, into scores: inout [Float], _ memory: AlignedFloats,
    in context: ComputeContext
  ) {
    let context = context.serial
    let half = (scratchFloats - Self.chunk) / 2
    for start in stride(from: 0, to: pairs.count, by: Self.chunk) where !context.isCancelled {
      let count = min(Self.chunk, pairs.count - start)
      var view = memory.view(of: FeatureShape(height: 1, width: count, channels: units))
      add(pairs[start..<start + count], left, right, into: view)
      for (index, layer) in hidden.enumerated() {
        let shape = FeatureShape(height: 1, width: count, channels: layer.geometry.outChannels)
        let target = memory.view(of: shape, at: index % 2 == 0 ? half : 0)
        layer(view, into: target, slope: 0, in: context)
        view = target
      }
      let out = memory.view(of: FeatureShape(height: 1, width: count, channels: 1), at: 2 * half)
      last(view, into: out, in: context)
      Elementwise.sigmoid(out, into: out, in: context)
      let values = out.row(0)
      for i in 0..<count { scores[start + i] = values[i] }
    }
  }

  /// relu(left + right) of every pair.
  private func add(_ pairs: ArraySlice<Pair>, _ left: Span<Float>, _ right: Span<Float>, into view: FeatureView) {
    let pixel = view.pixel
    var sums = view.mutableRow(0)
    for (i, pair) in pairs.enumerated() {
      let l = left.extracting(Int(pair.left) * pixel..<Int(pair.left + 1) * pixel)
      let r = right.extracting(Int(pair.right) * pixel..<Int(pair.right + 1) * pixel)
      for c in l.indices { sums[i * pixel + c] = max(l[c] + r[c], 0) }
    }
  }
}
