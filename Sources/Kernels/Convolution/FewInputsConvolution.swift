internal import CKernels

extension Convolution {
  private func fewInputsShape(
    _ input: sd_extent, _ output: sd_extent, _ weights: UnsafePointer<Float>?
  ) -> sd_few_inputs {
    sd_few_inputs(
      in: input, out: output, in_channels: Int32(geometry.inChannels), out_channels: Int32(geometry.outChannels),
      kernel_y: Int32(geometry.kernel.y), kernel_x: Int32(geometry.kernel.z), stride_y: Int32(geometry.stride.y),
      stride_x: Int32(geometry.stride.z), pad_y: Int32(geometry.padding.y), pad_x: Int32(geometry.padding.z),
      weights: weights)
  }

  func fewInputsScratchFloats(_ input: FeatureShape) -> Int {
    guard let out = geometry.outputShape(of: input) else { return 0 }
    var extent = sd_extent()
    (extent.height, extent.width) = (Int32(out.height), Int32(out.width))
    var shape = fewInputsShape(sd_extent(), extent, nil)
    return sd_few_inputs_scratch_floats(&shape)
  }

  func runFewInputs(
    _ phase: TapPhase, _ input: FeatureView, _ output: FeatureView, _ epilogue: Epilogue, _ context: ComputeContext
  ) {
    let shape = fewInputsShape(input.extent, output.extent, phase.weights.base)
    let call = Unshared(value: (shape, epilogue.cValue))
    var sized = shape
    let scratch = sd_few_inputs_scratch_floats(&sized)
    context.items(Int(sd_few_inputs_items(&sized)), scratchFloats: scratch) { item, memory in
      var (shape, epilogue) = call.value
      sd_few_inputs(context.instructionSet.code, &shape, &epilogue, input.base, output.base, item, memory)
    }
  }
}
