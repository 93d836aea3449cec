internal import CKernels

/// Disparity from coarse scores by GA-Net's head, without ever holding the scores at full resolution:
///
///     s = LGA(LGA(resize(scores); first); first)
///     p = LGA(LGA(softmax(−s); second); second)
///     d̂ = Σ_k k · p_k / Σ_k |p_k|,     spread² = Σ_k |p_k| (k − d̂)² / Σ_k |p_k|
///
/// The filters' weights may be negative, so p may be; hence the norm. See ``LocalGuided`` for LGA.
/// Source: Zhang et al., GA-Net, CVPR 2019, section 3.3, and the published code.
package enum GuidedRegression {
  /// Regresses disparities and their spread.
  ///
  /// - Parameters:
  ///   - scores: `[1, D', H', W']`, lower is better.
  ///   - disparities: number of values that the depth is resampled to.
  ///   - first: `[75, H, W]`, weights of the aggregation before the softmax.
  ///   - second: `[75, H, W]`, weights of the one after it.
  ///   - disparity: `[1, H, W]`, pixels.
  ///   - spread: `[1, H, W]`, pixels.
  package static func regress(
    _ scores: FeatureView, disparities: Int, first: FeatureView, second: FeatureView, into disparity: FeatureView,
    spread: FeatureView, in context: ComputeContext
  ) {
    let size = disparity.shape
    precondition(
      scores.pixel == 1 && disparity.pixel == 1 && spread.pixel == 1 && spread.shape == size && size.depth == 1
        && first.shape == FeatureShape(height: size.height, width: size.width, channels: LocalGuided.taps)
        && second.shape == first.shape,
      "guided regression: scores \(scores.shape), weights \(first.shape), \(second.shape), disparities \(size)")
    var shape = shape(scores.shape, size: size.extents.replacingDepth(disparities))
    shape.first_pixel = Int32(first.pixel)
    shape.second_pixel = Int32(second.pixel)
    let items = Int(sd_guided_regression_items(&shape))
    let scratch = sd_guided_regression_scratch_floats(&shape)
    let call = shape
    context.items(items, scratchFloats: scratch) { item, memory in
      var shape = call
      sd_guided_regression(
        context.instructionSet.code, &shape, scores.base, first.base, second.base, disparity.base, spread.base, item,
        memory)
    }
  }

  /// Floats of scratch memory that each thread needs for scores resampled to `size` = (disparities, height, width).
  package static func scratchFloats(_ scores: FeatureShape, size: SIMD3<Int>) -> Int {
    var shape = shape(scores, size: size)
    return sd_guided_regression_scratch_floats(&shape)
  }

  private static func shape(_ scores: FeatureShape, size: SIMD3<Int>) -> sd_guided_regression {
    sd_guided_regression(
      scores: sd_extent(
        depth: Int32(scores.depth), height: Int32(scores.height), width: Int32(scores.width), pixel: 1),
      height: Int32(size.y), width: Int32(size.z), depth: Int32(size.x), first_pixel: 0, second_pixel: 0)
  }
}

extension SIMD3 where Scalar == Int {
  /// The same height and width with another depth.
  fileprivate func replacingDepth(_ depth: Int) -> Self { Self(depth, y, z) }
}
