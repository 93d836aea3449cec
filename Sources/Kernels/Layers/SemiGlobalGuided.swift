internal import CKernels

/// Semi-global guided aggregation (SGA) of a feature volume C: four recursions whose weights come from the image.
///
/// Along each direction r (down, up, right, left), for every channel by itself, with q the pixel before p,
///
///     A_r(p, d) = w₀ C(p, d) + w₁ A_r(q, d) + w₂ A_r(q, d − 1) + w₃ A_r(q, d + 1) + w₄ max_k A_r(q, k)
///     out(p, d) = max_r A_r(p, d)
///
/// A term whose A_r does not exist (first pixel of a direction, d − 1 or d + 1 outside the planes) takes C(p, d) instead.
/// The five weights of a pixel, channel and direction are divided by max(Σ|w|, 1e-12) first.
/// Source: Zhang et al., GA-Net: Guided Aggregation Net for End-to-End Stereo Matching, CVPR 2019, eq. 5.
package enum SemiGlobalGuided {
  /// The directions, in the order of the weights.
  package static let directions = 4
  /// Weights of a pixel, channel and direction.
  package static let taps = 5

  /// The shape of the weights for a volume of `shape`: `[4 · 5 · C₁₆, H, W]`, C₁₆ the channels rounded up to 16; the weight of
  /// direction r, tap k and channel c is channel (5 r + k) · C₁₆ + c.
  package static func guidanceShape(for shape: FeatureShape) -> FeatureShape {
    FeatureShape(height: shape.height, width: shape.width, channels: directions * taps * lanes(shape.channels))
  }

  /// Channels rounded up to 16.
  package static func lanes(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

  /// Aggregates `input` into `output`, which is different memory.
  ///
  /// - Parameters:
  ///   - guidance: weights as ``guidanceShape(for:)`` says, not normalised.
  ///   - affine: scale and shift for each channel rounded up to 16, zeros beyond the channels; the result is then
  ///     max(0, scale · out + shift).
  package static func aggregate(
    _ input: FeatureView, guidance: FeatureView, affine: (scale: AlignedFloats, shift: AlignedFloats)?,
    into output: FeatureView, in context: ComputeContext
  ) {
    let lanes = lanes(input.shape.channels)
    precondition(
      input.shape == output.shape && input.pixel >= lanes && output.pixel >= lanes && input.base != output.base
        && guidance.shape == guidanceShape(for: input.shape),
      "SGA: \(input.shape) with weights \(guidance.shape) into \(output.shape)")
    precondition(
      affine == nil || (affine!.scale.count >= lanes && affine!.shift.count >= lanes), "SGA: too few factors")
    var shape = shape(input.shape)
    (shape.in, shape.out, shape.guidance_pixel) = (input.extent, output.extent, Int32(guidance.pixel))
    shape.scale = affine.map { UnsafePointer($0.scale.base) }
    shape.shift = affine.map { UnsafePointer($0.shift.base) }
    let scratch = sd_semi_global_scratch_floats(&shape)
    let strips = Int(sd_semi_global_strips(&shape))
    let call = Unshared(value: shape)
    context.items(input.shape.height, scratchFloats: scratch) { item, memory in
      var shape = call.value
      sd_semi_global_rows(
        context.instructionSet.code, &shape, guidance.base, input.base, output.base, item, memory)
    }
    context.items(strips, scratchFloats: scratch) { item, memory in
      var shape = call.value
      sd_semi_global_columns(
        context.instructionSet.code, &shape, guidance.base, input.base, output.base, item, memory)
    }
  }

  /// Floats of scratch memory that each thread needs for volumes of `volume`.
  package static func scratchFloats(_ volume: FeatureShape) -> Int {
    var shape = shape(volume)
    return sd_semi_global_scratch_floats(&shape)
  }

  private static func shape(_ volume: FeatureShape) -> sd_semi_global {
    var shape = sd_semi_global()
    shape.in.depth = Int32(volume.depth)
    shape.lanes = Int32(lanes(volume.channels))
    return shape
  }
}
