internal import CKernels

/// Volumes made of a left and a right feature map.
package enum FeatureVolumes {
  /// The concatenation volume: plane d holds left(y, x) and right(y, x − d), zero where x < d.
  ///
  /// Source: Kendall et al., GC-Net, ICCV 2017. PSMNet and GA-Net zero the left half too where x < d (`maskLeft`).
  ///
  /// - Parameter volume: `[2C, D, H, W]` for maps `[C, H, W]`.
  package static func concatenate(
    _ left: FeatureView, _ right: FeatureView, maskLeft: Bool, into volume: FeatureView, in context: ComputeContext
  ) {
    let shape = left.shape
    precondition(
      right.shape == shape && right.pixel == left.pixel && volume.shape.height == shape.height
        && volume.shape.width == shape.width && volume.shape.channels == 2 * shape.channels,
      "concatenation volume: \(shape) and \(right.shape) into \(volume.shape)")
    context.items(volume.shape.depth * volume.shape.height) { item, _ in
      var (map, out) = (left.extent, volume.extent)
      sd_concatenation_volume(
        &map, &out, Int32(shape.channels), maskLeft ? 1 : 0, left.base, right.base, volume.base, item)
    }
  }

  /// Row `y` of plane `d` of `volume` as the sum of row `y` of two maps, see the other form.
  package static func shiftedSum(
    row y: Int, plane d: Int, shift: Int, left: FeatureView, lefts: [Int32], right: FeatureView, rights: [Int32],
    bias: AlignedFloats, slope: Float, channels: Int, into volume: FeatureView, instructionSet: InstructionSet
  ) {
    let (width, shape) = (volume.shape.width, volume.shape)
    precondition(
      left.shape.width == width && y >= 0 && y < min(left.shape.height, right.shape.height, shape.height) && d >= 0
        && d < shape.depth && channels <= volume.pixel
        && lefts.allSatisfy { $0 < 0 || Int($0) + channels <= left.pixel }
        && rights.allSatisfy { $0 < 0 || Int($0) + channels <= right.pixel }
        && width + shift <= right.shape.width,
      "shifted sum of \(left.shape) and \(right.shape) by \(shift) into row \(y) of plane \(d) of \(shape)")
    shiftedSum(
      width: width, channels: channels, shift: shift, left: left.base + y * width * left.pixel, leftPixel: left.pixel,
      lefts: lefts, right: right.base + y * right.shape.width * right.pixel, rightPixel: right.pixel, rights: rights,
      bias: bias, slope: slope, into: volume.base + (d * shape.height + y) * width * volume.pixel, pixel: volume.pixel,
      instructionSet: instructionSet)
  }

  /// One row of a volume as a sum of two rows: out(x) = f(left(x)[· + lefts[x]] + right(x + shift)[· + rights[x]] + bias).
  ///
  /// - Parameters:
  ///   - left: the row's first column; `leftPixel` floats from column to column.
  ///   - lefts: first channel to read for each column, negative for nothing.
  ///   - shift: columns x + shift < 0 of the right row count as zeros.
  package static func shiftedSum(
    width: Int, channels: Int, shift: Int, left: UnsafePointer<Float>, leftPixel: Int, lefts: [Int32],
    right: UnsafePointer<Float>, rightPixel: Int, rights: [Int32], bias: AlignedFloats, slope: Float,
    into row: UnsafeMutablePointer<Float>, pixel: Int, instructionSet: InstructionSet
  ) {
    precondition(
      lefts.count >= width && rights.count >= width && bias.count >= channels, "shifted sum of \(width) columns")
    var epilogue = sd_epilogue(bias: bias.base, residual: nil, residual_pixel: 0, slope: slope)
    sd_shifted_sum(
      instructionSet.code, Int32(width), Int32(channels), Int32(shift), left, Int32(leftPixel), lefts, right,
      Int32(rightPixel), rights, &epilogue, row, Int32(pixel))
  }
}
