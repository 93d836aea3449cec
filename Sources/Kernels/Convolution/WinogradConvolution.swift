internal import CKernels

/// Transforms dense weights `[out, in, …taps]`; one call of the C kernel for each sixteen output channels.
func packWinograd(
  _ g: ConvolutionGeometry, _ form: WinogradForm, _ dense: UnsafePointer<Float>, _ scale: [Float]?
) -> AlignedFloats {
  let (spatial, ins, outs) = (Int32(g.spatial), Int32(form.inChannels), Int32(form.outChannels))
  if form.inStep > 1 || form.outStep > 1 {
    let arranged = form.arranged(dense, scale: scale)
    let packed = AlignedFloats(uninitialized: sd_winograd_weight_floats(spatial, ins, outs))
    for block in 0..<outs / 16 {
      sd_winograd_transform_weights(spatial, ins, outs, arranged.base, nil, block, packed.base)
    }
    return packed
  }
  let packed = AlignedFloats(uninitialized: sd_winograd_weight_floats(spatial, ins, outs))
  for block in 0..<(outs + 15) / 16 {
    if let scale {
      sd_winograd_transform_weights(spatial, ins, outs, dense, scale, block, packed.base)
    } else {
      sd_winograd_transform_weights(spatial, ins, outs, dense, nil, block, packed.base)
    }
  }
  return packed
}

extension Convolution {
  /// Tiles that one work item transforms together, a multiple of the instruction set's block of rows.
  ///
  /// The transformed tiles and their products should stay in a second-level cache of 512 KB beside the weights that
  /// stream through it; processors with AVX-512 have twice as much and more, and take their weights faster from there than from
  /// beyond. The result does not depend on the number.
  private func tiles(_ form: WinogradForm, _ set: InstructionSet) -> Int {
    if geometry.spatial == 3 { return set == .avx512 ? 24 : 6 }
    let perTile = 36 * 4 * (form.inChannels + form.outChannels)
    if set == .avx512 { return min(40, max(24, 400_000 / perTile / 8 * 8)) }
    // Weights beyond the caches stream from memory once for each group of tiles.
    let least = 36 * 4 * form.inChannels * form.outChannels > 4_000_000 ? 24 : 12
    return min(36, max(least, 400_000 / perTile / 12 * 12))
  }

  private func winogradShape(
    _ form: WinogradForm, _ input: sd_extent, _ output: sd_extent, _ weights: UnsafePointer<Float>?,
    _ set: InstructionSet
  ) -> sd_winograd {
    sd_winograd(
      in: input, out: output, spatial: Int32(geometry.spatial), in_channels: Int32(form.inChannels),
      out_channels: Int32(form.outChannels), pad_y: Int32(form.padding.x), pad_x: Int32(form.padding.y),
      dilation: Int32(form.dilation), in_step: Int32(form.inStep), out_step: Int32(form.outStep),
      tiles: Int32(tiles(form, set)), weights: weights)
  }

  func winogradScratchFloats(_ form: WinogradForm) -> Int {
    var shape = winogradShape(form, sd_extent(), sd_extent(), nil, .avx512)
    return sd_winograd_scratch_floats(&shape)
  }

  func runWinograd(
    _ form: WinogradForm, _ input: FeatureView, _ output: FeatureView, _ epilogue: Epilogue, _ weights: AlignedFloats,
    _ context: ComputeContext
  ) {
    var shape = winogradShape(form, input.extent, output.extent, weights.base, context.instructionSet)
    let count = Int(sd_winograd_items(&shape))
    let call = Unshared(value: (shape, epilogue.cValue))
    context.items(count, scratchFloats: sd_winograd_scratch_floats(&shape)) { item, scratch in
      var (shape, epilogue) = call.value
      sd_winograd(context.instructionSet.code, &shape, &epilogue, input.base, output.base, item, scratch)
    }
  }
}

extension Epilogue {
  /// How the C kernels name it.
  var cValue: sd_epilogue {
    sd_epilogue(
      bias: bias.base, residual: residual.map { UnsafePointer($0.base) }, residual_pixel: Int32(residual?.pixel ?? 0),
      slope: slope)
  }
}
