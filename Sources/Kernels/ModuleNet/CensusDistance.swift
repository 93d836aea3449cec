internal import CKernels
package import Tensors

/// The census distance tensor: how many bits of the census strings of left pixel and candidate differ, averaged over blocks.
///
///     T(block, d) = mean over (x, y) of popcount(left(x, y) ⊕ right(max(x − d, 0), y)) · scale
///
/// Source: Zabih & Woodfill, ECCV 1994; as a network's input: Renteria-Vidales et al., ModuleNet, MCPR 2020.
package enum CensusDistance {
  /// Census strings of an image: `[H, W]`, bit k compares the k-th pair of `pattern`.
  ///
  /// - Precondition: `pattern` has 32 pairs.
  package static func strings(
    _ gray: borrowing Plane<UInt8>, pattern: [SweepSettings.CensusPair], in context: ComputeContext
  ) -> Plane<UInt32> {
    precondition(pattern.count == 32, "census of \(pattern.count) bits, not 32")
    let pairs = pattern.flatMap { [$0.first.dy, $0.first.dx, $0.second.dy, $0.second.dx] }
    let (width, height) = (gray.width, gray.height)
    let image = Unshared(value: (base: gray.storage, stride: gray.rowStride))
    var result = Plane<UInt32>(uninitializedWidth: width, height: height)
    let strings = SharedPointer(result.mutableStorage)
    context.bands(height) { y in
      sd_census_row(
        image.value.base, image.value.stride, Int32(width), Int32(height), pairs, Int32(y),
        strings.pointer + y * width)
    }
    return result
  }

  /// Writes the distances into the first channels of every module of `tensor`.
  ///
  /// - Parameters:
  ///   - left: strings of the left image, `[H, W]`; `right` alike.
  ///   - scale: factor of the distance.
  ///   - tensor: `[32 · modules, ⌈H / 4⌉, ⌈W / 4⌉]`.
  package static func write(
    left: borrowing Plane<UInt32>, right: borrowing Plane<UInt32>, grid: ModuleGrid, scale: Float,
    into tensor: FeatureView,
    in context: ComputeContext
  ) {
    grid.require(tensor, ModuleGrid.tensorChannels, "census distances")
    precondition(
      left.width == grid.width && left.height == grid.height && right.width == grid.width
        && right.height == grid.height,
      "census strings of other images")
    let strings = Unshared(value: (left: left.storage, right: right.storage))
    var shape = grid.shape
    let floats = sd_census_distance_scratch_bytes(&shape) / MemoryLayout<Float>.stride + 1
    context.items(grid.blockRows, scratchFloats: floats) { item, scratch in
      var shape = grid.shape
      sd_census_distance(
        context.instructionSet.code, &shape, strings.value.left, strings.value.right, scale, tensor.base, item, scratch)
    }
  }
}
