/// The plain specification of convolutions; activations and weights in C order, sums in `Double`.
package enum ReferenceConvolution {
  /// out(o, p) = Σ_i Σ_k w(o, i, k) · in(i, p · stride − padding + k · dilation) + bias(o), or its adjoint.
  ///
  /// - Parameters:
  ///   - input: `[C, D, H, W]`.
  ///   - weights: `geometry.weightShape`.
  /// - Returns: `[C, D, H, W]` of the output's shape.
  package static func apply(
    _ g: ConvolutionGeometry, _ input: [Float], shape: FeatureShape, weights: [Float], bias: [Float]? = nil
  ) -> [Float] {
    guard let out = g.outputShape(of: shape) else { preconditionFailure("\(shape) is too small for \(g)") }
    var sums = [Double](repeating: 0, count: out.channels * out.pixelCount)
    for o in 0..<out.channels {
      for i in 0..<out.pixelCount { sums[o * out.pixelCount + i] = Double(bias?[o] ?? 0) }
    }
    // The pixel that steps by the stride is the output's in a convolution, the input's in its adjoint.
    let (small, large) = g.isTransposed ? (shape, out) : (out, shape)
    let (ins, outs) = (g.inChannels / g.groups, g.outChannels / g.groups)
    for p in 0..<small.pixelCount {
      let at = SIMD3(p / (small.width * small.height), p / small.width % small.height, p % small.width)
      for k in 0..<g.taps {
        let tap = SIMD3(k / (g.kernel.y * g.kernel.z), k / g.kernel.z % g.kernel.y, k % g.kernel.z)
        let q = at &* g.stride &- g.padding &+ tap &* g.dilation
        if q.min() < 0 || any(q .>= large.extents) { continue }
        let position = (q.x * large.height + q.y) * large.width + q.z
        let (from, to) = g.isTransposed ? (p, position) : (position, p)
        for o in 0..<g.outChannels {
          for i in 0..<ins {
            let channel = o / outs * ins + i
            let weight = g.isTransposed ? (channel * outs + o % outs) * g.taps + k : (o * ins + i) * g.taps + k
            sums[o * out.pixelCount + to] += Double(weights[weight]) * Double(input[channel * shape.pixelCount + from])
          }
        }
      }
    }
    return sums.map { Float($0) }
  }
}
