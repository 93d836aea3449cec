/// How a planar convolution becomes one of 3×3 taps and stride 1, which is what Winograd's F(4×4, 3×3) computes.
///
/// - 3×3 taps of stride 1 are that already.
/// - A convolution of stride s is one of stride 1 over the s² interleaved images of its input, image (a, b) holding the pixels
///   ≡ (a, b) mod s: tap k of an axis with k − padding = s · t + a reads image a at distance t. With 5×5 taps and stride 2
///   t is −1, 0 or 1: 36/16 · 4 products for each output instead of 25.
/// - A transposed convolution of stride s writes s² interleaved images of its output, image (a, b) with the taps a + padding − k
///   = s · t that read the input at distance t. With 4×4 taps and stride 2: 36/16 · 4 products for each input pixel instead of
///   16; with 8×8 taps and stride 4 36 instead of 64.
///
/// Taps that an image does not have are zeros. The products are summed in the transformed domain over all images at once.
struct WinogradForm: Equatable, Sendable {
  /// Interleaved images along each axis of the input and of the output.
  let inStep, outStep: Int
  /// Channels of all images together.
  let inChannels, outChannels: Int
  /// Zeros above and left of an image.
  let padding: SIMD2<Int>
  let dilation: Int
  private let geometry: ConvolutionGeometry

  /// Products that count as worth the larger weights: packed weights are 36 for each pair of channels of all images.
  private static let largestPairs = 1 << 18
  /// Direct products for each transformed one, at least.
  private static let leastSaving = 1.5

  /// The form of a geometry, nil if it has none.
  init?(_ g: ConvolutionGeometry) {
    geometry = g
    dilation = g.dilation.y
    if Convolution.suitsWinograd(g) {
      (inStep, outStep, inChannels, outChannels) = (1, 1, g.inChannels, g.outChannels)
      padding = SIMD2(g.padding.y, g.padding.z)
      return
    }
    let step = g.stride.y
    guard g.spatial == 2, g.groups == 1, step > 1, g.stride.z == step, g.dilation == SIMD3(1, 1, 1),
      g.kernel.y == g.kernel.z, g.padding.y == g.padding.z, g.inChannels >= 16, g.outChannels >= 16
    else { return nil }
    let distances = (0..<step).flatMap { image in Self.taps(g, image).map(\.distance) }
    guard let least = distances.min(), let greatest = distances.max(), greatest - least <= 2, least <= 0 else {
      return nil
    }
    padding = SIMD2(repeating: -least)
    (inStep, outStep) = g.isTransposed ? (1, step) : (step, 1)
    (inChannels, outChannels) = (
      g.inChannels.roundedUpToSixteen * inStep * inStep, g.outChannels.roundedUpToSixteen * outStep * outStep
    )
  }

  /// Direct products for each transformed one.
  var saving: Double {
    if geometry.spatial == 3 { return 8 }
    let step = max(inStep, outStep)
    return Double(geometry.kernel.y * geometry.kernel.z) / (36.0 / 16 * Double(step * step))
  }

  /// Whether the form of a strided or transposed convolution saves enough.
  var isWorthwhile: Bool {
    if inStep == 1 && outStep == 1 { return true }
    return saving >= Self.leastSaving && inChannels * outChannels <= Self.largestPairs
  }

  /// The taps of an axis that image `image` of the input (of the output, if transposed) has, and their distances.
  private static func taps(_ g: ConvolutionGeometry, _ image: Int) -> [(tap: Int, distance: Int)] {
    let step = g.stride.y
    return (0..<g.kernel.y).compactMap { tap in
      let offset = g.isTransposed ? image + g.padding.y - tap : tap - g.padding.y - image
      return offset % step == 0 ? (tap, offset / step) : nil
    }
  }

  /// Dense weights `[out, in, kernel, kernel]` as `[outChannels, inChannels, 3, 3]` of all images, times `scale`.
  func arranged(_ dense: UnsafePointer<Float>, scale: [Float]?) -> AlignedFloats {
    let target = AlignedFloats(zeros: outChannels * inChannels * 9)
    let g = geometry
    let (ins, outs) = (inChannels / (inStep * inStep), outChannels / (outStep * outStep))
    let step = max(inStep, outStep)
    for image in 0..<step * step {
      let (first, second) = (Self.taps(g, image / step), Self.taps(g, image % step))
      let (inFirst, outFirst) = outStep > 1 ? (0, image * outs) : (image * ins, 0)
      for (ky, y) in first {
        for (kx, x) in second {
          let tap = (y + padding.x) * 3 + x + padding.y
          for o in 0..<g.outChannels {
            let factor = scale?[o] ?? 1
            for i in 0..<g.inChannels {
              target.base[((outFirst + o) * inChannels + inFirst + i) * 9 + tap] =
                dense[(o * g.inChannels + i) * g.taps + ky * g.kernel.z + kx] * factor
            }
          }
        }
      }
    }
    return target
  }
}

extension Int {
  /// The next multiple of 16.
  fileprivate var roundedUpToSixteen: Int { (self + 15) / 16 * 16 }
}
