internal import CKernels

/// Moving a feature map along its rows by a displacement for each pixel, pixels:
///
///     out(y, x) = in(y, x + displacement(y, x))
///
/// linearly interpolated; zero where x + displacement lies outside 0 ≤ · < W; between the last column and W the last column
/// counts alone. Source: the FlowWarp layer of Ilg et al., FlowNet 2.0, CVPR 2017, along one axis.
package enum Warping {
  /// Warps `input`; with `reference` the result is |warped − reference|, the error of the displacement.
  ///
  /// - Parameters:
  ///   - input: `[C, H, W]`, C > 1.
  ///   - displacement: `[1, H, W]`; negative disparity for the right map of a pair.
  ///   - reference: `[C, H, W]`.
  package static func warp(
    _ input: FeatureView, by displacement: FeatureView, comparedWith reference: FeatureView? = nil,
    into output: FeatureView, in context: ComputeContext
  ) {
    let shape = input.shape
    precondition(
      shape.channels > 1 && output.shape == shape && displacement.shape.extents == shape.extents
        && displacement.shape.channels == 1 && (reference == nil || reference!.shape == shape),
      "warp: \(shape) by \(displacement.shape) into \(output.shape)")
    let call = sd_warp(
      in: input.extent, out: output.extent, channels: Int32(shape.pixel), displacement_pixel: Int32(displacement.pixel),
      reference_pixel: Int32(reference?.pixel ?? 0))
    context.items(shape.height) { row, _ in
      var call = call
      sd_warp(
        context.instructionSet.code, &call, input.base, displacement.base, reference?.base, output.base, row)
    }
  }
}
