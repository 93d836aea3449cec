/// A convolution ready to run: weights packed for the algorithm that its shape asks for.
///
///     out = f(conv(in) · scale + bias + residual),   f(v) = v if v > 0, else slope · v
///
/// The one contract behind which the choice of algorithm hides: Winograd F(4×4, 3×3) or F(4×4×4, 3×3×3) for 3×3(×3) with
/// stride 1 and for what can be arranged so (5×5 of stride 2, transposed 4×4 of stride 2), sums over the input channels where there are at most four output channels, otherwise a direct convolution
/// over a list of taps (transposed ones as the sub-pixel phases of their output).
package final class Convolution: Sendable {
  /// How the products are arranged.
  package enum Algorithm: String, CaseIterable, Sendable {
    /// F(4×4, 3×3), with depth F(4×4×4, 3×3×3).
    case winograd
    /// Sixteen output channels at a time, any geometry.
    case direct
    /// Sixteen output channels at a time over rows of taps of few input channels: the first layers on images.
    case fewInputs
    /// One output channel at a time, the input channels in the vector's lanes.
    case fewOutputs
  }

  /// Where the taps lie.
  package let geometry: ConvolutionGeometry
  /// The algorithm in use.
  package let algorithm: Algorithm
  let bias: AlignedFloats
  let packed: PackedWeights

  enum PackedWeights: Sendable {
    case winograd(WinogradForm, AlignedFloats)
    case phases([TapPhase])
  }

  /// Packs a convolution's weights.
  ///
  /// - Parameters:
  ///   - weights: `geometry.weightShape` values in C order.
  ///   - scale: a factor for each output channel (a folded batch normalisation), nil for 1.
  ///   - bias: a value for each output channel, nil for 0.
  ///   - algorithm: nil for the one that suits the geometry.
  package init(
    _ geometry: ConvolutionGeometry, weights: UnsafePointer<Float>, scale: [Float]? = nil, bias: [Float]? = nil,
    algorithm: Algorithm? = nil
  ) {
    let outs = geometry.outChannels
    precondition(
      (scale?.count ?? outs) == outs && (bias?.count ?? outs) == outs,
      "Convolution: \(scale?.count ?? outs) factors and \(bias?.count ?? outs) biases for \(outs) output channels")
    let chosen = algorithm ?? Self.algorithm(for: geometry)
    let form = WinogradForm(geometry)
    precondition(
      chosen != .fewInputs || Self.suitsFewInputs(geometry), "Convolution: \(geometry) has too many input channels")
    precondition(
      chosen != .winograd || form != nil, "Convolution: \(geometry) is none that Winograd computes")
    self.geometry = geometry
    self.algorithm = chosen
    let padded = (outs + 15) / 16 * 16
    self.bias = AlignedFloats(zeros: padded)
    if let bias { for o in 0..<outs { self.bias.base[o] = bias[o] } }
    let dense = geometry.isTransposed || geometry.groups > 1 ? denseWeights(geometry, weights) : nil
    packed =
      switch chosen {
      case .winograd:
        .winograd(
          form!, packWinograd(geometry, form!, dense?.base ?? UnsafeMutablePointer(mutating: weights), scale))
      case .direct, .fewInputs, .fewOutputs:
        .phases(
          TapPhase.phases(
            of: geometry, dense: dense?.base ?? UnsafeMutablePointer(mutating: weights), scale: scale,
            few: chosen == .fewOutputs))
      }
  }

  /// True for the shapes that Winograd computes as they are: 3 taps along every axis, stride 1, depth padded by 1, several channels.
  package static func suitsWinograd(_ g: ConvolutionGeometry) -> Bool {
    let isThree = g.spatial == 3
    return !g.isTransposed && g.inChannels > 1 && g.outChannels > 1 && g.kernel == SIMD3(isThree ? 3 : 1, 3, 3)
      && g.stride == SIMD3(1, 1, 1)
      && g.padding.x == (isThree ? 1 : 0) && g.dilation.x == 1 && g.dilation.y == g.dilation.z
  }

  /// True for the shapes that Winograd computes, as they are or arranged from several images (``WinogradForm``).
  package static func canUseWinograd(_ g: ConvolutionGeometry) -> Bool { WinogradForm(g) != nil }

  /// Direct multiplications for each one that Winograd does; 1 where it does not apply.
  package static func winogradSaving(_ g: ConvolutionGeometry) -> Double { WinogradForm(g)?.saving ?? 1 }

  /// True for planar convolutions of at most eight input channels whose taps fill rows.
  package static func suitsFewInputs(_ g: ConvolutionGeometry) -> Bool {
    g.spatial == 2 && !g.isTransposed && g.groups == 1 && g.inChannels <= 8 && g.outChannels > 4
      && g.dilation == SIMD3(1, 1, 1) && g.kernel.z > 1 && g.kernel.y <= 16
  }

  /// The algorithm for a geometry; it does not depend on the image's size.
  package static func algorithm(for g: ConvolutionGeometry) -> Algorithm {
    if g.outChannels <= 4 && g.inChannels >= 16 { return .fewOutputs }
    if suitsFewInputs(g) { return .fewInputs }
    guard let form = WinogradForm(g), g.inChannels >= 8, g.outChannels >= 8 else { return .direct }
    return form.isWorthwhile ? .winograd : .direct
  }

  /// Bytes of the packed weights.
  package var byteCount: Int {
    switch packed {
    case .winograd(_, let floats): floats.byteCount + bias.byteCount
    case .phases(let phases): phases.reduce(bias.byteCount) { $0 + $1.weights.byteCount }
    }
  }

  /// Floats of scratch memory that each thread needs.
  package func scratchFloats(for input: FeatureShape) -> Int {
    switch packed {
    case .winograd(let form, _): winogradScratchFloats(form)
    case .phases(let phases):
      algorithm == .fewInputs ? fewInputsScratchFloats(input) : phases.map { $0.scratchFloats(geometry) }.max() ?? 0
    }
  }

  /// Runs the convolution; `output` may be `residual`.
  ///
  /// The output of a transposed convolution may be smaller than the whole: what lies below and to the right of it is left out.
  ///
  /// - Parameters:
  ///   - residual: added before the activation; the output's shape.
  ///   - slope: 1 for no activation, 0 for ReLU, between them leaky ReLU.
  package func callAsFunction(
    _ input: FeatureView, into output: FeatureView, adding residual: FeatureView? = nil, slope: Float = 1,
    in context: ComputeContext
  ) {
    precondition(
      input.shape.channels == geometry.inChannels && geometry.fills(output.shape, from: input.shape),
      "Convolution: \(input.shape) does not become \(output.shape) under \(geometry)")
    precondition(
      residual == nil || residual!.shape == output.shape,
      "Convolution: residual \(residual!.shape), output \(output.shape)")
    let epilogue = Epilogue(bias: bias, residual: residual, slope: slope)
    switch packed {
    case .winograd(let form, let weights): runWinograd(form, input, output, epilogue, weights, context)
    case .phases(let phases) where algorithm == .fewInputs: runFewInputs(phases[0], input, output, epilogue, context)
    case .phases(let phases): runPhases(phases, input, output, epilogue, context)
    }
  }
}

/// What follows the sum of products.
struct Epilogue {
  let bias: AlignedFloats
  let residual: FeatureView?
  let slope: Float
}

/// The weights `[out, in, taps]` of a transposed or grouped convolution: transposed ones with their two axes exchanged,
/// groups as blocks of the diagonal with zeros elsewhere.
private func denseWeights(_ g: ConvolutionGeometry, _ weights: UnsafePointer<Float>) -> AlignedFloats {
  let (ins, outs) = (g.inChannels / g.groups, g.outChannels / g.groups)
  let dense = AlignedFloats(zeros: g.outChannels * g.inChannels * g.taps)
  for group in 0..<g.groups {
    for o in 0..<outs {
      for i in 0..<ins {
        let target = dense.base + ((group * outs + o) * g.inChannels + group * ins + i) * g.taps
        let source = g.isTransposed ? ((group * ins + i) * outs + o) * g.taps : ((group * outs + o) * ins + i) * g.taps
        target.update(from: weights + source, count: g.taps)
      }
    }
  }
  return dense
}

extension Convolution {
  /// Packs weights of an array.
  ///
  /// - Precondition: as many as `geometry.weightShape` says.
  package static func packing(
    _ geometry: ConvolutionGeometry, weights: [Float], scale: [Float]? = nil, bias: [Float]? = nil
  ) -> Convolution {
    let expected = geometry.weightShape.reduce(1, *)
    precondition(weights.count == expected, "Convolution: \(weights.count) weights, not \(expected)")
    return weights.withUnsafeBufferPointer {
      Convolution(geometry, weights: $0.baseAddress!, scale: scale, bias: bias)
    }
  }
}
