internal import CKernels

/// Operations on single values or on the channels of single pixels, for activations whose pixels lie side by side.
package enum Elementwise {
  /// Floats in one work item.
  private static let band = 1 << 15

  /// out = f(a + b), f(v) = v if v > 0, else slope · v; `b` nil adds nothing. `output` may be `a` or `b`.
  package static func add(
    _ a: FeatureView, _ b: FeatureView?, slope: Float, into output: FeatureView, in context: ComputeContext
  ) {
    precondition(
      a.shape == output.shape && (b == nil || b!.shape == a.shape),
      "add: \(a.shape), \(b.map { "\($0.shape)" } ?? "nothing"), into \(output.shape)")
    ranges(of: output, [a, b].compactMap { $0 }, context) { start, count in
      sd_add(context.instructionSet.code, a.base + start, b.map { $0.base + start }, slope, output.base + start, count)
    }
  }

  /// out = 1 / (1 + e^−in). The lanes beyond the channels become ½ and are cleared.
  package static func sigmoid(_ input: FeatureView, into output: FeatureView, in context: ComputeContext) {
    precondition(input.shape == output.shape, "sigmoid: \(input.shape) into \(output.shape)")
    let (channels, pixel) = (output.shape.channels, output.pixel)
    ranges(of: output, [input], context) { start, count in
      let target = output.base + start
      sd_sigmoid(context.instructionSet.code, input.base + start, target, count)
      for i in stride(from: 0, to: channels < pixel ? count : 0, by: pixel) {
        for c in channels..<pixel { target[i + c] = 0 }
      }
    }
  }

  /// Every pixel's channels divided by max(√Σ in², floor).
  package static func normalise(
    _ input: FeatureView, floor: Float, into output: FeatureView, in context: ComputeContext
  ) {
    precondition(input.shape == output.shape, "normalise: \(input.shape) into \(output.shape)")
    let (channels, pixel) = (output.shape.channels, output.pixel)
    ranges(of: output, [input], context) { start, count in
      sd_normalise(
        context.instructionSet.code, input.base + start, output.base + start, count / pixel, Int32(channels),
        Int32(pixel), floor)
    }
  }

  /// softmax over every pixel's channels.
  package static func softmax(_ input: FeatureView, into output: FeatureView, in context: ComputeContext) {
    precondition(input.shape == output.shape, "softmax: \(input.shape) into \(output.shape)")
    let (channels, pixel) = (output.shape.channels, output.pixel)
    ranges(of: output, [input], context) { start, count in
      sd_softmax(
        context.instructionSet.code, input.base + start, output.base + start, count / pixel, Int32(channels),
        Int32(pixel))
    }
  }

  /// Calls `body` for pieces of whole pixels of the memory.
  private static func ranges(
    of output: FeatureView, _ inputs: [FeatureView], _ context: ComputeContext,
    _ body: @Sendable (_ start: Int, _ count: Int) -> Void
  ) {
    for view in inputs + [output] {
      precondition(
        view.pixel == view.shape.pixel, "element-wise: pixels of \(view.shape) lie \(view.pixel) floats apart")
    }
    let step = band / output.pixel * output.pixel
    let size = step == 0 ? output.pixel : step
    let total = output.shape.floatCount
    context.items((total + size - 1) / size) { item, _ in
      let start = Int(item) * size
      body(start, min(size, total - start))
    }
  }
}
