internal import CKernels

/// MC-CNN's join of one row of two feature maps: minus the product of every left pixel with the right ones in the range.
///
///     out(x, k) = −Σ_c left(x)_c · right(x − lower − k)_c
///
/// With features of unit length this is minus the cosine. Source: Žbontar & LeCun, JMLR 2016, section 3.1.
package enum CosineJoin {
  /// Floats of scratch memory for rows of `width` pixels.
  package static func scratchFloats(width: Int, channels: Int) -> Int {
    sd_cosine_join_scratch_floats(Int32(width), Int32(channels))
  }

  /// Writes the cells of one row whose right pixel lies inside; the others stay as they are.
  ///
  /// - Parameters:
  ///   - left: row of features, `pixel` floats from column to column; `right` alike.
  ///   - lower: disparity of plane 0.
  ///   - count: planes.
  ///   - out: `width · count` floats.
  ///   - scratch: ``scratchFloats(width:channels:)`` floats.
  package static func join(
    width: Int, channels: Int, lower: Int, count: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    pixel: Int, into out: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
    instructionSet: InstructionSet
  ) {
    precondition(
      width > 0 && channels > 0 && count > 0 && pixel >= channels,
      "row products: \(width) pixels of \(channels) channels, \(pixel) floats apart, \(count) planes")
    sd_cosine_join(
      instructionSet.code, Int32(width), Int32(channels), Int32(lower), Int32(count), left, right, Int32(pixel), out,
      scratch)
  }

  /// The same for row `y` of two maps, into `[W, count]` cells, with the first floats of `memory` as scratch.
  package static func join(
    row y: Int, _ left: FeatureView, _ right: FeatureView, lower: Int, count: Int, into cells: inout MutableSpan<Float>,
    _ memory: AlignedFloats, instructionSet: InstructionSet
  ) {
    let shape = left.shape
    require(left, right, memory, cells: cells.count, shape.width * count)
    let first = y * shape.width * left.pixel
    precondition(y >= 0 && y < shape.height, "row products: row \(y) of \(shape)")
    cells.withUnsafeMutableBufferPointer { cells in
      join(
        width: shape.width, channels: shape.channels, lower: lower, count: count, left: left.base + first,
        right: right.base + first, pixel: left.pixel, into: cells.baseAddress!, scratch: memory.base,
        instructionSet: instructionSet)
    }
  }

  /// The same in bytes, into `[W, depth]` cells.
  package static func joinToBytes(
    row y: Int, _ left: FeatureView, _ right: FeatureView, lower: Int, count: Int, offset: Float, scale: Float,
    into cells: inout MutableSpan<UInt8>, _ memory: AlignedFloats, instructionSet: InstructionSet
  ) {
    let shape = left.shape
    require(left, right, memory, cells: cells.count, shape.width * ByteCosts.depth(planes: count))
    let first = y * shape.width * left.pixel
    precondition(y >= 0 && y < shape.height, "row products: row \(y) of \(shape)")
    cells.withUnsafeMutableBufferPointer { cells in
      joinToBytes(
        width: shape.width, channels: shape.channels, lower: lower, count: count, left: left.base + first,
        right: right.base + first, pixel: left.pixel, offset: offset, scale: scale, into: cells.baseAddress!,
        scratch: memory.base, instructionSet: instructionSet)
    }
  }

  private static func require(
    _ left: FeatureView, _ right: FeatureView, _ memory: AlignedFloats, cells: Int, _ expected: Int
  ) {
    precondition(
      left.shape == right.shape && left.pixel == right.pixel && cells == expected
        && memory.count >= scratchFloats(width: left.shape.width, channels: left.shape.channels),
      "row products: maps \(left.shape) and \(right.shape), \(cells) cells, not \(expected), \(memory.count) floats")
  }

  /// As ``join(width:channels:lower:count:left:right:pixel:into:scratch:instructionSet:)`` in bytes: (cost − offset) · scale
  /// rounded, see ``ByteCosts``. Writes every cell of the row, `width · depth` bytes.
  package static func joinToBytes(
    width: Int, channels: Int, lower: Int, count: Int, left: UnsafePointer<Float>, right: UnsafePointer<Float>,
    pixel: Int, offset: Float, scale: Float, into out: UnsafeMutablePointer<UInt8>,
    scratch: UnsafeMutablePointer<Float>, instructionSet: InstructionSet
  ) {
    precondition(
      width > 0 && channels > 0 && count > 0 && pixel >= channels,
      "row products: \(width) pixels of \(channels) channels, \(pixel) floats apart, \(count) planes")
    sd_cosine_join_to_bytes(
      instructionSet.code, Int32(width), Int32(channels), Int32(lower), Int32(count), left, right, Int32(pixel),
      Int32(ByteCosts.depth(planes: count)), offset, scale, out, scratch)
  }
}
