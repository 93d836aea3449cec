internal import CKernels

/// Linear interpolation over height and width, and over depth where there is more than one plane.
///
/// Output sample i lies at the input coordinate i · (n − 1)/(m − 1) with aligned corners, otherwise at
/// max(0, (i + ½) · n/m − ½): PyTorch's two conventions.
package enum Resampling {
  /// Resamples `input` to the extents of `output`.
  package static func resize(
    _ input: FeatureView, into output: FeatureView, alignCorners: Bool, in context: ComputeContext
  ) {
    precondition(
      input.shape.channels == output.shape.channels, "resize: \(input.shape) to \(output.shape) changes the channels")
    let call = shape(input, output, alignCorners)
    context.items(output.shape.depth * output.shape.height) { item, _ in
      var shape = call
      sd_resize(context.instructionSet.code, &shape, input.base, output.base, item)
    }
  }

  /// Disparity from coarse scores, without ever holding the scores at full resolution:
  ///
  ///     p_k = softmax(sign · resize(scores)(·, y, x))_k
  ///     d̂(y, x) = Σ_k k · p_k,     spread(y, x)² = Σ_k p_k · (k − d̂)²
  ///
  /// Source: Kendall et al., GC-Net, ICCV 2017, eq. 1 (with sign −1: soft-argmin). The spread, the standard deviation of the
  /// distribution whose mean the disparity is, tells sharp minima from flat and ambiguous ones.
  ///
  /// - Parameters:
  ///   - scores: `[1, D', H', W']`.
  ///   - size: depth, height and width that the scores are resampled to.
  ///   - output: `[1, H, W]`, in 0 … D − 1.
  ///   - spread: `[1, H, W]`, in 0 … (D − 1) / 2.
  package static func softArgmin(
    _ scores: FeatureView, resizedTo size: SIMD3<Int>, sign: Float, alignCorners: Bool, into output: FeatureView,
    spread: FeatureView, in context: ComputeContext
  ) {
    precondition(
      scores.pixel == 1 && output.pixel == 1 && output.shape.extents == SIMD3(1, size.y, size.z) && spread.pixel == 1
        && spread.shape == output.shape,
      "soft-argmin: scores \(scores.shape), disparities \(output.shape), size \(size)")
    var call = shape(scores, output, alignCorners)
    call.out.depth = Int32(size.x)
    let scratch = sd_soft_argmin_scratch_floats(&call)
    let shape = call
    context.items(size.y, scratchFloats: scratch) { item, memory in
      var shape = shape
      sd_soft_argmin(
        context.instructionSet.code, &shape, sign, scores.base, output.base, spread.base, item, memory)
    }
  }

  /// Floats of scratch memory that each thread needs in ``softArgmin(_:resizedTo:sign:alignCorners:into:spread:in:)``.
  package static func softArgminScratchFloats(_ scores: FeatureShape, size: SIMD3<Int>) -> Int {
    var shape = sd_resampling()
    shape.in = sd_extent(
      depth: Int32(scores.depth), height: Int32(scores.height), width: Int32(scores.width), pixel: 1)
    shape.out = sd_extent(depth: Int32(size.x), height: Int32(size.y), width: Int32(size.z), pixel: 1)
    return sd_soft_argmin_scratch_floats(&shape)
  }

  private static func shape(_ input: FeatureView, _ output: FeatureView, _ alignCorners: Bool) -> sd_resampling {
    sd_resampling(
      in: input.extent, out: output.extent, channels: Int32(input.shape.pixel), align_corners: alignCorners ? 1 : 0)
  }
}
