internal import CKernels

/// The taps and packed weights of one phase of a direct convolution.
///
/// A convolution has one phase. A transposed convolution of stride s writes s samples along an axis for each input sample;
/// the output samples o ≡ r (mod s) form phase r, which sees the taps k with o + padding − k · dilation divisible by s, at
/// the input sample (o + padding − k · dilation) / s.
final class TapPhase: Sendable {
  /// First output sample along each axis.
  let first: SIMD3<Int>
  /// Step between output samples, and between the input samples they start from.
  let outStep: SIMD3<Int>
  let inStep: SIMD3<Int>
  /// Three input offsets a tap.
  let offsets: [Int32]
  let weights: AlignedFloats
  let isFew: Bool

  private init(
    _ g: ConvolutionGeometry, first: SIMD3<Int>, taps: [(index: Int, offset: SIMD3<Int>)],
    dense: UnsafePointer<Float>, scale: [Float]?, few: Bool
  ) {
    let one = SIMD3(repeating: 1)
    self.first = first
    outStep = g.isTransposed ? g.stride : one
    inStep = g.isTransposed ? one : g.stride
    offsets = taps.flatMap { [Int32($0.offset.x), Int32($0.offset.y), Int32($0.offset.z)] }
    isFew = few
    weights = few ? Self.packFew(g, taps.map(\.index), dense, scale) : Self.pack(g, taps.map(\.index), dense, scale)
  }

  /// All phases of a convolution with dense weights `[out, in, taps]`.
  static func phases(
    of g: ConvolutionGeometry, dense: UnsafePointer<Float>, scale: [Float]?, few: Bool
  ) -> [TapPhase] {
    let residues = g.isTransposed ? g.stride : SIMD3(repeating: 1)
    return points(in: residues).map { residue in
      var taps: [(index: Int, offset: SIMD3<Int>)] = []
      for (index, tap) in points(in: g.kernel).enumerated() {
        if g.isTransposed {
          let distance = residue &+ g.padding &- tap &* g.dilation
          if distance % g.stride == .zero { taps.append((index, distance / g.stride)) }
        } else {
          taps.append((index, tap &* g.dilation &- g.padding))
        }
      }
      return TapPhase(g, first: residue, taps: taps, dense: dense, scale: scale, few: few)
    }
  }

  /// All integer points of a box, the last axis fastest.
  private static func points(in box: SIMD3<Int>) -> [SIMD3<Int>] {
    var points: [SIMD3<Int>] = []
    for z in 0..<box.x {
      for y in 0..<box.y {
        for x in 0..<box.z { points.append(SIMD3(z, y, x)) }
      }
    }
    return points
  }

  /// `[out block of 16][tap][in][16]`.
  private static func pack(
    _ g: ConvolutionGeometry, _ taps: [Int], _ dense: UnsafePointer<Float>, _ scale: [Float]?
  ) -> AlignedFloats {
    let blocks = (g.outChannels + 15) / 16
    let packed = AlignedFloats(zeros: blocks * taps.count * g.inChannels * 16)
    for o in 0..<g.outChannels {
      let factor = scale?[o] ?? 1
      for (t, tap) in taps.enumerated() {
        let target = packed.base + (o / 16 * taps.count + t) * g.inChannels * 16 + o % 16
        let source = dense + o * g.inChannels * g.taps + tap
        for i in 0..<g.inChannels { target[i * 16] = source[i * g.taps] * factor }
      }
    }
    return packed
  }

  /// `[out][tap][in rounded up to 16]`.
  private static func packFew(
    _ g: ConvolutionGeometry, _ taps: [Int], _ dense: UnsafePointer<Float>, _ scale: [Float]?
  ) -> AlignedFloats {
    let ins = (g.inChannels + 15) / 16 * 16
    let packed = AlignedFloats(zeros: g.outChannels * taps.count * ins)
    for o in 0..<g.outChannels {
      let factor = scale?[o] ?? 1
      for (t, tap) in taps.enumerated() {
        let target = packed.base + (o * taps.count + t) * ins
        for i in 0..<g.inChannels { target[i] = dense[(o * g.inChannels + i) * g.taps + tap] * factor }
      }
    }
    return packed
  }

  func scratchFloats(_ g: ConvolutionGeometry) -> Int {
    var shape = sd_direct()
    shape.in_channels = Int32(g.inChannels)
    shape.taps = Int32(offsets.count / 3)
    return sd_direct_scratch_floats(&shape)
  }

  /// Rows of this phase in an output of the given extents, and the C kernel's description of it.
  func shape(
    _ g: ConvolutionGeometry, _ input: FeatureView, _ output: FeatureView, offsets: UnsafePointer<Int32>
  ) -> sd_direct {
    let count = (output.shape.extents &- first &+ outStep &- 1) / outStep
    func triple(_ v: SIMD3<Int>) -> (Int32, Int32, Int32) { (Int32(v.x), Int32(v.y), Int32(v.z)) }
    return sd_direct(
      in: input.extent, out: output.extent, in_channels: Int32(g.inChannels), out_channels: Int32(g.outChannels),
      count: triple(count.replacing(with: 0, where: count .< 0)), out_first: triple(first), out_step: triple(outStep),
      in_step: triple(inStep), taps: Int32(self.offsets.count / 3), offsets: offsets, weights: weights.base)
  }
}

extension SIMD3 where Scalar == Int {
  /// Remainders of the division, component by component.
  fileprivate static func % (a: Self, b: Self) -> Self { Self(a.x % b.x, a.y % b.y, a.z % b.z) }
}

extension Convolution {
  func runPhases(
    _ phases: [TapPhase], _ input: FeatureView, _ output: FeatureView, _ epilogue: Epilogue, _ context: ComputeContext
  ) {
    let geometry = self.geometry
    let scratch = phases.map { $0.scratchFloats(geometry) }.max() ?? 0
    let end = Unshared(value: epilogue.cValue)
    let rows = phases.map { phase in
      phase.offsets.withUnsafeBufferPointer {
        let shape = phase.shape(geometry, input, output, offsets: $0.baseAddress!)
        return Int(shape.count.0 * shape.count.1)
      }
    }
    context.items(rows.max() ?? 0, scratchFloats: scratch) { item, memory in
      for (phase, rows) in zip(phases, rows) where item < rows {
        var epilogue = end.value
        phase.offsets.withUnsafeBufferPointer { offsets in
          var shape = phase.shape(geometry, input, output, offsets: offsets.baseAddress!)
          let run = phase.isFew ? sd_direct_few : sd_direct
          run(context.instructionSet.code, &shape, &epilogue, input.base, output.base, item, memory)
        }
      }
    }
  }
}
