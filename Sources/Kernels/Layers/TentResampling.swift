internal import CKernels

/// Resampling of a map with a tent filter, as the Freiburg Caffe's `Resample` layer (type LINEAR) does it.
///
/// For f = n/m along an axis and f′ along the other one, output sample i lies at the input coordinate
///
///     u = i · f + f′/2 − ½
///
/// and sums the taps k with |k − round(u)| ≤ r, weighted by a · max(0, 1 − |a · (u − k)|); taps outside are left out and the
/// result is divided by the sum of the weights (0 if that is 0). With antialiasing a = 1/f as soon as one of the axes
/// shrinks, otherwise 1; r = 2 if f < 1, else ⌈2/a⌉. The half pixels of the two axes are exchanged, which moves the picture
/// whenever the factors differ: the published networks were trained with that.
/// Source: the layer's CUDA code (lmb-freiburg/flownet2, leonzfa/iResNet).
package struct TentResampling: Sendable {
  /// For every output sample the first input sample and the same number of weights.
  struct Axis: Sendable {
    let first: [Int32]
    let weights: [Float]
    let taps: Int
  }

  let y, x: Axis
  private let input, output: SIMD2<Int>

  /// The resampling from one size to another.
  ///
  /// - Parameters:
  ///   - input: height and width, pixels.
  ///   - output: height and width, pixels.
  ///   - factor: multiplies every sample (the change of disparities with the width).
  package init(from input: SIMD2<Int>, to output: SIMD2<Int>, antialias: Bool = true, factor: Float = 1) {
    precondition(input.min() > 0 && output.min() > 0, "resampling \(input) to \(output)")
    let fy = Double(input.x) / Double(output.x)
    let fx = Double(input.y) / Double(output.y)
    let widens = antialias && (fx > 1 || fy > 1)
    y = Self.axis(input.x, output.x, own: fy, other: fx, widens: widens, scale: Double(factor))
    x = Self.axis(input.y, output.y, own: fx, other: fy, widens: widens, scale: 1)
    self.input = input
    self.output = output
  }

  /// The weight of every tap of output sample `i`, by the definition; `nil` beyond the taps.
  static func weights(
    _ i: Int, of count: Int, own f: Double, other: Double, widens: Bool
  ) -> [(tap: Int, weight: Double)] {
    let at = Double(i) * f + other / 2 - 0.5
    let a = widens ? 1 / f : 1
    let radius = f < 1 ? 2 : Int((2 / a).rounded(.up))
    let centre = Int(at.rounded(.toNearestOrAwayFromZero))
    let taps = (centre - radius...centre + radius).filter { $0 >= 0 && $0 < count }
    let found = taps.map { (tap: $0, weight: a * max(0, 1 - abs(a * (at - Double($0))))) }.filter { $0.weight > 0 }
    let sum = found.reduce(0) { $0 + $1.weight }
    return found.map { ($0.tap, $0.weight / sum) }
  }

  private static func axis(
    _ count: Int, _ out: Int, own: Double, other: Double, widens: Bool, scale: Double
  ) -> Axis {
    let lists = (0..<out).map { weights($0, of: count, own: own, other: other, widens: widens) }
    let taps = min(count, lists.map(\.count).max().map { max($0, 1) } ?? 1)
    var first: [Int32] = []
    var flat: [Float] = []
    for list in lists {
      // Near the far end the window is moved back to lie inside; what it gains there has weight 0.
      let begin = min(list.first?.tap ?? 0, count - taps)
      first.append(Int32(begin))
      var row = [Float](repeating: 0, count: taps)
      for (tap, weight) in list { row[tap - begin] = Float(weight * scale) }
      flat += row
    }
    return Axis(first: first, weights: flat, taps: taps)
  }

  private func shape(
    channels: Int, _ input: sd_extent, _ output: sd_extent, _ y: UnsafeBufferPointer<Float>,
    _ x: UnsafeBufferPointer<Float>, _ firsts: (UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Int32>)
  ) -> sd_tap_resampling {
    sd_tap_resampling(
      in: input, out: output, channels: Int32(channels),
      y: sd_tap_axis(first: firsts.0.baseAddress, weights: y.baseAddress, taps: Int32(self.y.taps)),
      x: sd_tap_axis(first: firsts.1.baseAddress, weights: x.baseAddress, taps: Int32(self.x.taps)))
  }

  /// Floats of scratch memory that each thread needs for a map of `channels` channels.
  package func scratchFloats(channels: Int) -> Int {
    var shape = sd_tap_resampling()
    shape.in.width = Int32(input.y)
    shape.channels = Int32(FeatureShape(height: 1, width: 1, channels: channels).pixel)
    return sd_tap_resampling_scratch_floats(&shape)
  }

  /// Resamples `[C, H, W]` to `[C, H′, W′]`.
  package func callAsFunction(_ source: FeatureView, into target: FeatureView, in context: ComputeContext) {
    let (from, to) = (source.shape, target.shape)
    precondition(
      from.channels == to.channels && SIMD2(from.height, from.width) == input
        && SIMD2(to.height, to.width) == output && from.depth == 1,
      "resampling \(input) to \(output): \(from) into \(to)")
    let channels = from.channels == 1 ? 1 : from.pixel
    precondition(channels > 1 || (source.pixel == 1 && target.pixel == 1), "resampling one channel of several")
    context.items(to.height, scratchFloats: scratchFloats(channels: from.channels)) { row, memory in
      y.weights.withUnsafeBufferPointer { wy in
        x.weights.withUnsafeBufferPointer { wx in
          y.first.withUnsafeBufferPointer { fy in
            x.first.withUnsafeBufferPointer { fx in
              var call = shape(channels: channels, source.extent, target.extent, wy, wx, (fy, fx))
              sd_tap_resampling(context.instructionSet.code, &call, source.base, target.base, row, memory)
            }
          }
        }
      }
    }
  }
}
