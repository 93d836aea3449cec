/// Where a convolution's taps lie; two-dimensional ones have depth 1 everywhere.
///
/// Convolution: out(p) = Σ_k w(k) · in(p · stride − padding + k · dilation). Transposed convolution: the adjoint of that
/// map, out(i · stride − padding + k · dilation) += w(k) · in(i), with `outputPadding` more samples at the far end.
/// Vectors are (depth, height, width).
package struct ConvolutionGeometry: Equatable, Sendable {
  /// 2 or 3.
  package var spatial: Int
  /// Channels read.
  package var inChannels: Int
  /// Channels written.
  package var outChannels: Int
  /// Taps along each axis.
  package var kernel: SIMD3<Int>
  /// Step along each axis.
  package var stride: SIMD3<Int>
  /// Zeros added at both ends of each axis.
  package var padding: SIMD3<Int>
  /// Distance between taps.
  package var dilation: SIMD3<Int>
  /// True for the adjoint.
  package var isTransposed: Bool
  /// Samples added at the far end of a transposed convolution's output.
  package var outputPadding: SIMD3<Int>
  /// Input and output channels fall into this many groups that do not mix.
  package var groups: Int

  /// A convolution with the same numbers along all its axes.
  package init(
    spatial: Int, inChannels: Int, outChannels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    isTransposed: Bool = false, outputPadding: Int = 0, groups: Int = 1
  ) {
    func axes(_ value: Int, _ first: Int) -> SIMD3<Int> { SIMD3(spatial == 3 ? value : first, value, value) }
    self.spatial = spatial
    self.inChannels = inChannels
    self.outChannels = outChannels
    self.kernel = axes(kernel, 1)
    self.stride = axes(stride, 1)
    self.padding = axes(padding, 0)
    self.dilation = axes(dilation, 1)
    self.isTransposed = isTransposed
    self.outputPadding = axes(outputPadding, 0)
    self.groups = groups
  }

  /// Number of taps.
  package var taps: Int { kernel.x * kernel.y * kernel.z }

  /// Shape that the published weights have: `[out, in/groups, …kernel]`, transposed `[in, out/groups, …kernel]`.
  package var weightShape: [Int] {
    let channels = isTransposed ? [inChannels, outChannels / groups] : [outChannels, inChannels / groups]
    return channels + (spatial == 3 ? [kernel.x, kernel.y, kernel.z] : [kernel.y, kernel.z])
  }

  /// The output's shape, or nil if the input is too small for the kernel.
  package func outputShape(of input: FeatureShape) -> FeatureShape? {
    let one = SIMD3(repeating: 1)
    let reach = dilation &* (kernel &- one)
    var out: SIMD3<Int>
    if isTransposed {
      out = (input.extents &- one) &* stride &- 2 &* padding &+ reach &+ outputPadding &+ one
    } else {
      let room = input.extents &+ 2 &* padding &- reach &- one
      guard room.min() >= 0 else { return nil }
      out = room / stride &+ one
    }
    guard out.min() >= 1 else { return nil }
    return FeatureShape(depth: out.x, height: out.y, width: out.z, channels: outChannels)
  }

  /// Whether `output` is the output's shape or, of a transposed convolution, the upper left part of it.
  package func fills(_ output: FeatureShape, from input: FeatureShape) -> Bool {
    guard let whole = outputShape(of: input), whole.channels == output.channels else { return false }
    return isTransposed ? all(output.extents .<= whole.extents) : output == whole
  }

  /// Multiplications with addition on an input of this shape, counted directly.
  package func multiplyAdds(of input: FeatureShape) -> Int {
    let pixels = isTransposed ? input.pixelCount : outputShape(of: input)?.pixelCount ?? 0
    return pixels * taps * (inChannels / groups) * outChannels
  }
}
