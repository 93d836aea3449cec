/// Batch normalisation at test time: one factor and one summand for each channel.
///
///     y = γ · (x − μ) / √(σ² + ε) + β  =  scale · x + shift,     scale = γ / √(σ² + ε),   shift = β − μ · scale
///
/// After a convolution both go into its weights, so that nothing of it is left to compute:
/// scale · (W ∗ x + b) + shift = (scale · W) ∗ x + (scale · b + shift). Computed in `Double`, rounded once.
/// Source: Ioffe & Szegedy, Batch Normalization, ICML 2015, algorithm 2.
public struct BatchNormalisation: Sendable {
  /// ε of PyTorch's layers.
  public static let epsilon = 1e-5

  private let scales: [Double]
  private let shifts: [Double]

  /// From the running statistics μ, σ² and the learned γ, β, one of each for a channel.
  ///
  /// - Parameters:
  ///   - weight: γ.
  ///   - bias: β.
  ///   - mean: μ.
  ///   - variance: σ².
  ///   - epsilon: ε.
  /// - Precondition: all four have the same count.
  public init(weight: [Float], bias: [Float], mean: [Float], variance: [Float], epsilon: Double = epsilon) {
    precondition(
      bias.count == weight.count && mean.count == weight.count && variance.count == weight.count,
      "BatchNormalisation: \(weight.count) weights, \(bias.count) biases, \(mean.count) means, \(variance.count) variances"
    )
    scales = zip(weight, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
    shifts = weight.indices.map { [scales] in Double(bias[$0]) - Double(mean[$0]) * scales[$0] }
  }

  /// Number of channels.
  public var channels: Int { scales.count }
  /// γ / √(σ² + ε) of each channel.
  public var scale: [Float] { scales.map { Float($0) } }
  /// β − μ · scale of each channel.
  public var shift: [Float] { shifts.map { Float($0) } }

  /// The weights and bias of a convolution that does its own work and then this.
  ///
  /// - Parameters:
  ///   - weight: in C order.
  ///   - shape: of the weight: `[out, in, …]` of a convolution, `[in, out, …]` of a transposed one.
  ///   - bias: one for each output channel, or none.
  ///   - axis: the axis of `shape` that counts output channels: 0 for a convolution, 1 for a transposed one.
  /// - Precondition: `shape[axis]` is the number of channels.
  public func folded(
    into weight: [Float], shape: [Int], bias: [Float]? = nil, outputAxis axis: Int = 0
  ) -> (weight: [Float], bias: [Float]) {
    precondition(
      shape.indices.contains(axis) && shape[axis] == channels && weight.count == shape.reduce(1, *)
        && (bias?.count ?? channels) == channels,
      "BatchNormalisation: \(channels) channels do not fit weights \(shape) on axis \(axis)")
    let inner = shape[(axis + 1)...].reduce(1, *)
    var result = weight
    var start = 0
    while start < result.count {
      for channel in 0..<channels {
        let scale = scales[channel]
        for i in start..<start + inner { result[i] = Float(Double(result[i]) * scale) }
        start += inner
      }
    }
    let biases = (0..<channels).map { Float(scales[$0] * Double(bias?[$0] ?? 0) + shifts[$0]) }
    return (result, biases)
  }
}

/// Batch normalisation whose tensors have been taken and not read yet.
public struct BatchNormalisationTensors: Sendable {
  let weight, bias, mean, variance: WeightTensor

  /// Reads the tensors.
  public func values(epsilon: Double = BatchNormalisation.epsilon) -> BatchNormalisation {
    BatchNormalisation(
      weight: weight.values(), bias: bias.values(), mean: mean.values(), variance: variance.values(), epsilon: epsilon)
  }
}

extension WeightReader {
  /// Takes `weight`, `bias`, `running_mean` and `running_var` of the scope `name`, as PyTorch's layers are stored.
  ///
  /// - Parameter channels: how many of each; `nil` fits any number.
  public func batchNormalisation(_ name: String, channels: Int?) -> BatchNormalisationTensors {
    let layer = scope(name)
    return BatchNormalisationTensors(
      weight: layer.tensor("weight", shape: [channels]), bias: layer.tensor("bias", shape: [channels]),
      mean: layer.tensor("running_mean", shape: [channels]), variance: layer.tensor("running_var", shape: [channels]))
  }
}
