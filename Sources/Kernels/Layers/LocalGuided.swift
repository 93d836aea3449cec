internal import CKernels

/// Local guided aggregation (LGA): every value becomes a weighted sum of its 5×5 neighbours at three disparities.
///
///     out(p, d) = Σ_(δ, dy, dx) w(p; δ, dy, dx) · in(p + (dy, dx), d + δ),    δ = −1 … 1,  dy, dx = −2 … 2
///
/// A tap outside the image or the planes takes in(p, d). The 75 weights of a pixel are divided by max(Σ|w|, 1e-12) first; the
/// weight of (δ, dy, dx) is channel (5 (δ + 1) + dy + 2) · 5 + dx + 2. Repeated with the same weights this is LGA2, LGA3.
/// Source: Zhang et al., GA-Net, CVPR 2019, eq. 7.
package enum LocalGuided {
  /// Weights of a pixel.
  package static let taps = Int(SD_LOCAL_TAPS)

  /// Aggregates once. Disparities are the channels: `input` and `output`, different memory, are `[D, H, W]` with pixels side by side.
  ///
  /// - Parameter guidance: `[75, H, W]`, not normalised.
  package static func aggregate(
    _ input: FeatureView, guidance: FeatureView, into output: FeatureView, in context: ComputeContext
  ) {
    let shape = input.shape
    precondition(
      shape == output.shape && shape.depth == 1 && shape.channels > 1 && input.pixel == shape.pixel
        && output.pixel == shape.pixel && input.base != output.base
        && guidance.shape == FeatureShape(height: shape.height, width: shape.width, channels: taps),
      "LGA: \(shape) with weights \(guidance.shape) into \(output.shape)")
    let call = sd_local_guided(
      height: Int32(shape.height), width: Int32(shape.width), depth: Int32(shape.channels), pixel: Int32(shape.pixel),
      guidance_pixel: Int32(guidance.pixel))
    context.items(shape.height) { item, _ in
      var call = call
      sd_local_guided(context.instructionSet.code, &call, guidance.base, input.base, output.base, item)
    }
  }
}
