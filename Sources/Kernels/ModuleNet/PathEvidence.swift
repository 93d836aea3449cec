internal import CKernels

/// What sums of path costs say of every candidate, seen from the left and from the right image, averaged over blocks.
///
///     L(x, d) = min(S(x, d) − min_k S(x, k), 127)          R(x, d) = min(S(x, d) − min_k S(x − d + k, k), 127)
///     left(block, d) = exp(−mean L / scale)                right(block, d) = exp(−mean R / scale)
///
/// R is L where the right pixel x − d lies outside. A disparity that passes the left-right check in all pixels of a block has
/// both equal to 1: the check becomes a property of cells that a network can weigh.
package enum PathEvidence {
  /// Writes the evidence of both images into every module of `tensor`, and turns `sums` into L.
  ///
  /// - Parameters:
  ///   - sums: `[H][W][D]` sums of path costs.
  ///   - scale: the difference of sums that takes the evidence down to 1 / e.
  ///   - tensor: `[32 · modules, ⌈H / 4⌉, ⌈W / 4⌉]`.
  ///   - least: channel 0 gets the mean least sum of each block, divided by 64; other channels stay.
  package static func write(
    sums: UnsafeMutablePointer<UInt8>, grid: ModuleGrid, scale: Float, into tensor: FeatureView, least: FeatureView,
    in context: ComputeContext
  ) {
    grid.require(tensor, ModuleGrid.tensorChannels, "evidence")
    let bytes = Unshared(value: sums)
    var shape = grid.shape
    let floats = sd_path_evidence_scratch_bytes(&shape) / MemoryLayout<Float>.stride + 1
    context.items(grid.blockRows, scratchFloats: floats) { item, scratch in
      var shape = grid.shape
      sd_path_evidence(
        context.instructionSet.code, &shape, bytes.value, scale, tensor.base, least.base, Int32(least.pixel), item,
        scratch)
    }
  }

  /// Writes every candidate's closeness to the winners of another method into `tensor`.
  ///
  ///     closeness(block, d) = mean of −min(|d − winner|, 8) / 2
  ///
  /// - Parameters:
  ///   - winners: `[H][W]` disparity indices.
  ///   - labels: `[H][W]`; `bits` of them are counted.
  ///   - tensor: `[32 · modules, ⌈H / 4⌉, ⌈W / 4⌉]`.
  ///   - share: channel 0 gets the share of a block's pixels that have one of `bits`; other channels stay.
  package static func writeCloseness(
    winners: UnsafePointer<Float>, labels: UnsafePointer<UInt8>, bits: UInt8, grid: ModuleGrid,
    into tensor: FeatureView, share: UnsafeMutablePointer<Float>, sharePixel: Int, in context: ComputeContext
  ) {
    grid.require(tensor, ModuleGrid.tensorChannels, "closeness")
    let maps = Unshared(value: (winners: winners, labels: labels, share: share))
    context.items(grid.blockRows) { item, _ in
      var shape = grid.shape
      sd_closeness(
        context.instructionSet.code, &shape, maps.value.winners, maps.value.labels, bits, tensor.base,
        maps.value.share, Int32(sharePixel), item)
    }
  }
}
