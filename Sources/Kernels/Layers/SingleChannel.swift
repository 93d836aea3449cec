/// Arithmetic on single channels: disparities and flow components on their way between feature maps.
///
/// A channel may be part of wider activations, pixels any number of floats apart. These are a few operations on one value of
/// each pixel and are their own specification.
package enum SingleChannel {
  /// out = factor · in[channel]; `[1, H, W]` of `[C, H, W]`.
  package static func extract(
    _ channel: Int, of input: FeatureView, times factor: Float, into output: FeatureView, in context: ComputeContext
  ) {
    precondition(
      channel < input.shape.channels && input.shape.extents == output.shape.extents && output.shape.channels == 1,
      "channel \(channel) of \(input.shape) into \(output.shape)")
    rows(output, context) { i, pixel in pixel[0] = input.base[i * input.pixel + channel] * factor }
  }

  /// out = min(a + b, 0), the sum of negative disparity and its residual (iResNet's `NegReLU`); `b` nil adds nothing.
  package static func negativeSum(
    _ a: FeatureView, _ b: FeatureView?, into output: FeatureView, in context: ComputeContext
  ) {
    precondition(
      a.shape == output.shape && (b == nil || b!.shape == a.shape) && a.shape.channels == 1,
      "negative sum: \(a.shape) into \(output.shape)")
    rows(output, context) { i, pixel in
      let sum = a.base[i * a.pixel] + (b.map { $0.base[i * $0.pixel] } ?? 0)
      pixel[0] = sum < 0 ? sum : 0
    }
  }

  /// out = 1 / (1 + |a − b| · factor): 1 where two estimates agree, ½ where they lie 1/factor apart; `b` nil counts as 0.
  package static func agreement(
    _ a: FeatureView, _ b: FeatureView?, factor: Float, into output: FeatureView, in context: ComputeContext
  ) {
    precondition(
      a.shape == output.shape && (b == nil || b!.shape == a.shape) && a.shape.channels == 1,
      "agreement: \(a.shape) into \(output.shape)")
    rows(output, context) { i, pixel in
      let difference = abs(a.base[i * a.pixel] - (b.map { $0.base[i * $0.pixel] } ?? 0))
      // The comparison also answers 0 for NaN.
      pixel[0] = difference < .infinity ? 1 / (1 + difference * factor) : 0
    }
  }

  /// Writes the channels of `a` and then those of `b` into the pixels of `output`: a concatenation of few channels, side by
  /// side (a range of channels begins at a multiple of 16, which would waste the images' three).
  package static func join(_ a: FeatureView, _ b: FeatureView, into output: FeatureView, in context: ComputeContext) {
    let (first, second) = (a.shape.channels, b.shape.channels)
    precondition(
      a.shape.extents == b.shape.extents && a.shape.extents == output.shape.extents
        && output.shape.channels == first + second,
      "joining \(a.shape) and \(b.shape) into \(output.shape)")
    rows(output, context) { i, pixel in
      for c in 0..<first { pixel[c] = a.base[i * a.pixel + c] }
      for c in 0..<second { pixel[first + c] = b.base[i * b.pixel + c] }
    }
  }

  /// Calls `body` for every pixel, whose lanes beyond the channels are cleared.
  private static func rows(
    _ output: FeatureView, _ context: ComputeContext,
    _ body: @Sendable (_ index: Int, _ pixel: UnsafeMutablePointer<Float>) -> Void
  ) {
    let (width, channels) = (output.shape.width, output.shape.channels)
    let lanes = output.pixel == 1 ? 1 : (channels + 15) / 16 * 16
    context.items(output.shape.depth * output.shape.height) { row, _ in
      for x in 0..<width {
        let index = Int(row) * width + x
        let pixel = output.base + index * output.pixel
        for c in channels..<lanes { pixel[c] = 0 }
        body(index, pixel)
      }
    }
  }
}
