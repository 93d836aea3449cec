internal import CKernels

/// Average or maximum of windows over height and width.
///
/// Windows that would reach beyond the padded image are dropped. Planes are pooled one by one.
package struct Pooling: Equatable, Sendable {
  /// What is taken of a window.
  package enum Kind: Equatable, Sendable {
    /// The greatest value; padding never wins.
    case maximum
    /// The mean; with `countingPadding` the zeros around the image count as values.
    case average(countingPadding: Bool)
  }

  /// What is taken of a window.
  package let kind: Kind
  /// Height and width of the window, pixels.
  package let kernel: SIMD2<Int>
  /// Step between windows, pixels.
  package let stride: SIMD2<Int>
  /// Rows and columns added at both ends.
  package let padding: SIMD2<Int>

  /// A pooling with square windows.
  package init(_ kind: Kind, kernel: Int, stride: Int, padding: Int = 0) {
    self.init(
      kind, kernel: SIMD2(repeating: kernel), stride: SIMD2(repeating: stride), padding: SIMD2(repeating: padding))
  }

  /// A pooling with windows of `kernel` = (height, width) pixels; padding is at most half of them.
  package init(_ kind: Kind, kernel: SIMD2<Int>, stride: SIMD2<Int>, padding: SIMD2<Int> = .zero) {
    precondition(
      kernel.min() > 0 && stride.min() > 0 && (kernel / 2 &- padding).min() >= 0,
      "Pooling: windows of \(kernel) every \(stride) with padding \(padding)")
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// The output's shape, or nil if no window fits.
  package func outputShape(of input: FeatureShape) -> FeatureShape? {
    let room = SIMD2(input.height, input.width) &+ 2 &* padding &- kernel
    guard room.min() >= 0 else { return nil }
    let out = room / stride &+ 1
    return FeatureShape(depth: input.depth, height: out.x, width: out.y, channels: input.channels)
  }

  /// Pools `input` into `output`.
  package func callAsFunction(_ input: FeatureView, into output: FeatureView, in context: ComputeContext) {
    precondition(
      outputShape(of: input.shape) == output.shape,
      "Pooling: \(input.shape) does not become \(output.shape) under \(self)")
    var shape = sd_pooling(
      in: input.extent, out: output.extent, channels: Int32(input.shape.pixel), kernel_y: Int32(kernel.x),
      kernel_x: Int32(kernel.y), stride_y: Int32(stride.x), stride_x: Int32(stride.y), pad_y: Int32(padding.x),
      pad_x: Int32(padding.y), maximum: 0, count_padding: 0)
    switch kind {
    case .maximum: shape.maximum = 1
    case .average(let countingPadding): shape.count_padding = countingPadding ? 1 : 0
    }
    let call = shape
    context.items(output.shape.depth * output.shape.height) { item, _ in
      var shape = call
      sd_pool(context.instructionSet.code, &shape, input.base, output.base, item)
    }
  }
}
