import Kernels
import Testing

/// Correlation, warping, tent resampling and the single-channel operations against their plain specifications: awkward sizes,
/// every instruction set, 1 to 3 threads.
@Suite struct CorrelationTests {
  static let shapes = [(1, 1, 2), (3, 7, 5), (5, 30, 16), (4, 9, 33), (2, 53, 128)].map {
    FeatureShape(height: $0, width: $1, channels: $2)
  }
  static let grids: [Correlation] = [
    .row(maximum: 6, direction: 0), .row(maximum: 5, direction: -1), .row(maximum: 5, direction: 1),
    .row(maximum: 40, direction: 0), .row(maximum: 0, direction: 0), .square(radius: 2, step: 1),
    .square(radius: 3, step: 2),
  ]

  @Test(arguments: shapes) func correlation(shape: FeatureShape) {
    let count = shape.channels * shape.pixelCount
    let (left, right) = (noise(count, seed: 1), noise(count, seed: 2))
    // The right map lies in a wider one, as in a concatenation.
    let wide = ActivationMemory(FeatureShape(height: shape.height, width: shape.width, channels: shape.channels + 48))
    let rightView = wide.view.channels(from: 16, count: shape.channels)
    rightView.assign(planar: right)
    let leftMemory = ActivationMemory(shape, planar: left)
    for grid in Self.grids {
      let expected = ReferenceCorrelation.correlate(left, right, map: shape, grid, slope: 0.1)
      var bits: [InstructionSet: [Float]] = [:]
      for context in LayerKernelTests.contexts {
        let output = ActivationMemory(
          FeatureShape(height: shape.height, width: shape.width, channels: grid.channels))
        grid(leftMemory.view, rightView, slope: 0.1, into: output.view, in: context)
        let computed = output.view.planar()
        #expect(largestDifference(computed, expected) < 1e-6, "\(grid) \(context.instructionSet)")
        #expect(output.isPaddedWithZeros)
        #expect(bits[context.instructionSet] ?? computed == computed, "threads change the bits")
        bits[context.instructionSet] = computed
      }
    }
  }

  /// One channel pair by hand: products with the neighbours, zero outside, averaged over two channels.
  @Test func correlationByHand() {
    let shape = FeatureShape(height: 1, width: 3, channels: 2)
    let left = ActivationMemory(shape, planar: [1, 2, 3, 0, 0, 1])
    let right = ActivationMemory(shape, planar: [4, 5, 6, 0, 0, 2])
    let output = ActivationMemory(FeatureShape(height: 1, width: 3, channels: 3))
    Correlation.row(maximum: 1, direction: 0)(left.view, right.view, into: output.view, in: ComputeContext())
    #expect(output.view.planar() == [0, 4, 7.5, 2, 5, 10, 2.5, 6, 0])
  }

  /// Displacements beyond both borders, on whole pixels, between the last column and the border, and not a number.
  @Test(arguments: shapes) func warp(shape: FeatureShape) {
    let values = noise(shape.channels * shape.pixelCount, seed: 3)
    let reference = noise(shape.channels * shape.pixelCount, seed: 4)
    var displacements = noise(shape.pixelCount, seed: 5).map { $0 * Float(shape.width) }
    for i in stride(from: 0, to: displacements.count, by: 3) { displacements[i].round() }
    displacements[displacements.count - 1] = .nan
    if displacements.count > 4 { displacements[shape.width - 1] = 0.75 }
    let expected = ReferenceCorrelation.warp(values, shape: shape, by: displacements)
    let input = ActivationMemory(shape, planar: values)
    let other = ActivationMemory(shape, planar: reference)
    let moves = ActivationMemory(
      FeatureShape(height: shape.height, width: shape.width, channels: 1), planar: displacements)
    for context in LayerKernelTests.contexts {
      let output = ActivationMemory(shape)
      Warping.warp(input.view, by: moves.view, into: output.view, in: context)
      #expect(largestDifference(output.view.planar(), expected) < 1e-5, "\(context.instructionSet)")
      #expect(output.isPaddedWithZeros)
      Warping.warp(input.view, by: moves.view, comparedWith: other.view, into: output.view, in: context)
      let errors = zip(expected, reference).map { abs($0 - $1) }
      #expect(largestDifference(output.view.planar(), errors) < 1e-5, "\(context.instructionSet)")
      #expect(output.isPaddedWithZeros)
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 4, 1), (7, 5, 3), (12, 30, 17)])
  func tentResampling(height: Int, width: Int, channels: Int) {
    let shape = FeatureShape(height: height, width: width, channels: channels)
    let values = noise(channels * shape.pixelCount, seed: 6)
    let input = ActivationMemory(shape, planar: values)
    for size in [SIMD2(1, 1), SIMD2(height, width), SIMD2(64, 64), SIMD2(5, 7), SIMD2(height, 2 * width + 1)] {
      for factor in [Float(1), -2.5] {
        let expected = ReferenceCorrelation.tentResample(values, shape: shape, to: size).map { $0 * factor }
        for context in LayerKernelTests.contexts {
          let output = ActivationMemory(FeatureShape(height: size.x, width: size.y, channels: channels))
          TentResampling(from: SIMD2(height, width), to: size, factor: factor)(
            input.view, into: output.view, in: context)
          #expect(
            largestDifference(output.view.planar(), expected) < 3e-6, "\(shape) to \(size) \(context.instructionSet)")
          #expect(output.isPaddedWithZeros)
        }
      }
    }
  }

  @Test func singleChannels() {
    let shape = FeatureShape(height: 1, width: 3, channels: 1)
    let a = ActivationMemory(shape, planar: [-2, 1, -0.5])
    let b = ActivationMemory(shape, planar: [1, 1, -0.5])
    let pairs = ActivationMemory(FeatureShape(height: 1, width: 3, channels: 2), planar: [1, 2, 3, 4, 5, 6])
    let context = ComputeContext()
    let output = ActivationMemory(shape)
    SingleChannel.negativeSum(a.view, b.view, into: output.view, in: context)
    #expect(output.view.planar() == [-1, 0, -1])
    SingleChannel.negativeSum(a.view, nil, into: output.view, in: context)
    #expect(output.view.planar() == [-2, 0, -0.5])
    SingleChannel.agreement(a.view, b.view, factor: 1, into: output.view, in: context)
    #expect(output.view.planar() == [0.25, 1, 1])
    SingleChannel.extract(1, of: pairs.view, times: -2, into: output.view, in: context)
    #expect(output.view.planar() == [-8, -10, -12])
    let joined = ActivationMemory(FeatureShape(height: 1, width: 3, channels: 3))
    SingleChannel.join(pairs.view, b.view, into: joined.view, in: context)
    #expect(joined.view.planar() == [1, 2, 3, 4, 5, 6, 1, 1, -0.5])
    #expect(joined.isPaddedWithZeros)
    // Into one channel of wider activations: its sixteen lanes are cleared, the others stay.
    let wide = ActivationMemory(
      FeatureShape(height: 1, width: 3, channels: 32), planar: [Float](repeating: 7, count: 96))
    SingleChannel.extract(0, of: a.view, times: 1, into: wide.view.channels(from: 16, count: 1), in: context)
    #expect(wide.view.planar() == [Float](repeating: 7, count: 48) + [-2, 1, -0.5] + [Float](repeating: 0, count: 45))
  }

  /// What is not a number gives no confidence.
  @Test func agreementOfNothing() {
    let shape = FeatureShape(height: 1, width: 2, channels: 1)
    let a = ActivationMemory(shape, planar: [.nan, .infinity])
    let output = ActivationMemory(shape)
    SingleChannel.agreement(a.view, nil, factor: 1, into: output.view, in: ComputeContext())
    #expect(output.view.planar() == [0, 0])
  }
}
