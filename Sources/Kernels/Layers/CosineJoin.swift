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
