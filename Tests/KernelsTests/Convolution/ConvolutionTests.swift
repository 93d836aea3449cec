import Kernels
import Testing

/// Every convolution algorithm against the plain specification: awkward sizes, every instruction set, 1 to 3 threads.
@Suite struct ConvolutionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let geometry: ConvolutionGeometry
    let input: FeatureShape
    var testDescription: String { "\(geometry) on \(input)" }
  }

  static func planar(
    _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, transposed: Bool = false, outputPadding: Int = 0, groups: Int = 1
  ) -> Case {
    Case(
      geometry: ConvolutionGeometry(
        spatial: 2, inChannels: ins, outChannels: outs, kernel: kernel, stride: stride, padding: padding,
        dilation: dilation, isTransposed: transposed, outputPadding: outputPadding, groups: groups),
      input: FeatureShape(height: height, width: width, channels: ins))
  }

  static func spatial(
    _ depth: Int, _ height: Int, _ width: Int, _ ins: Int, _ outs: Int, stride: Int = 1, transposed: Bool = false,
    outputPadding: Int = 0
  ) -> Case {
    Case(
      geometry: ConvolutionGeometry(
        spatial: 3, inChannels: ins, outChannels: outs, kernel: 3, stride: stride, padding: 1,
        isTransposed: transposed, outputPadding: outputPadding),
      input: FeatureShape(depth: depth, height: height, width: width, channels: ins))
  }

  static let cases: [Case] = [
    planar(1, 1, 8, 8, 3, padding: 1), planar(5, 19, 17, 33, 3, padding: 1), planar(4, 4, 16, 16, 3, padding: 1),
    planar(13, 50, 16, 48, 3, padding: 1), planar(7, 9, 40, 8, 3), planar(9, 11, 8, 20, 3, padding: 2, dilation: 2),
    planar(10, 13, 9, 16, 3, padding: 3, dilation: 3), planar(12, 7, 8, 8, 3, dilation: 2),
    planar(9, 60, 3, 5, 3, stride: 2, padding: 1), planar(17, 18, 3, 8, 7, stride: 2, padding: 3),
    planar(6, 6, 5, 7, 1), planar(7, 9, 20, 7, 1, stride: 2), planar(8, 9, 1, 4, 3), planar(9, 5, 6, 6, 5, padding: 2),
    planar(9, 7, 4, 6, 3, stride: 2, padding: 1, groups: 2), planar(8, 8, 18, 18, 3, padding: 1, groups: 3),
    planar(7, 30, 18, 1, 3, padding: 1), planar(3, 11, 33, 2, 3, padding: 1),
    planar(4, 5, 3, 2, 4, stride: 2, padding: 1, transposed: true),
    planar(3, 5, 2, 3, 8, stride: 4, padding: 2, transposed: true),
    planar(5, 4, 20, 17, 3, stride: 2, padding: 1, transposed: true, outputPadding: 1),
    planar(1, 1, 2, 2, 4, stride: 2, padding: 1, transposed: true),
    planar(5, 3, 4, 4, 3, stride: 1, padding: 1, transposed: true, groups: 2),
    planar(1, 1, 3, 16, 7, stride: 2, padding: 3), planar(9, 61, 6, 24, 7, stride: 2, padding: 3),
    planar(6, 8, 3, 9, 3), planar(11, 10, 8, 17, 4, stride: 3, padding: 2), planar(2, 9, 3, 5, 5, padding: 2),
    planar(1, 1, 16, 16, 5, stride: 2, padding: 2), planar(9, 23, 17, 33, 5, stride: 2, padding: 2),
    planar(32, 33, 16, 16, 5, stride: 2, padding: 2), planar(10, 11, 16, 20, 3, stride: 2, padding: 1),
    planar(1, 2, 16, 16, 4, stride: 2, padding: 1, transposed: true),
    planar(9, 13, 33, 18, 4, stride: 2, padding: 1, transposed: true),
    planar(5, 6, 16, 16, 8, stride: 4, padding: 2, transposed: true),
    spatial(1, 1, 1, 8, 8), spatial(2, 3, 5, 9, 17), spatial(5, 6, 7, 32, 16), spatial(9, 5, 14, 8, 8),
    spatial(5, 7, 6, 3, 4, stride: 2), spatial(6, 4, 53, 16, 24, stride: 2), spatial(3, 4, 5, 20, 33, stride: 2),
    spatial(4, 6, 5, 32, 1), spatial(3, 4, 5, 18, 20, stride: 2, transposed: true, outputPadding: 1),
    spatial(2, 3, 4, 16, 1, stride: 2, transposed: true, outputPadding: 1),
    spatial(2, 2, 3, 3, 2, stride: 2, transposed: true),
  ]

  @Test(arguments: cases) func everyAlgorithmComputesTheSpecification(test: Case) throws {
    let (g, shape) = (test.geometry, test.input)
    let out = try #require(g.outputShape(of: shape))
    let values = noise(shape.channels * shape.pixelCount, seed: 1)
    let weights = noise(g.weightShape.reduce(1, *), seed: 2)
    let bias = noise(g.outChannels, seed: 3)
    let residual = noise(out.channels * out.pixelCount, seed: 4)
    let scale = noise(g.outChannels, seed: 5)
    let plain = ReferenceConvolution.apply(g, values, shape: shape, weights: weights)
    let expected = plain.indices.map { i in
      let o = i / out.pixelCount
      return ReferenceElementwise.activate(plain[i] * scale[o] + bias[o] + residual[i], slope: 0.25)
    }
    let products = Float(g.taps * g.inChannels / g.groups)
    for algorithm in Convolution.Algorithm.allCases {
      if algorithm == .winograd && !Convolution.canUseWinograd(g) { continue }
      if algorithm == .fewInputs && !Convolution.suitsFewInputs(g) { continue }
      if algorithm == .fewOutputs && (g.inChannels == 1 || g.outChannels > 4) { continue }
      let convolution = Convolution(g, weights: weights, scale: scale, bias: bias, algorithm: algorithm)
      for set in InstructionSet.available {
        var first: [Float]?
        for threads in 1...3 {
          // Written over the residual, as networks do.
          let input = ActivationMemory(shape, planar: values)
          let output = ActivationMemory(out, planar: residual)
          convolution(
            input.view, into: output.view, adding: output.view, slope: 0.25,
            in: ComputeContext(instructionSet: set, parallel: Parallel(threads: threads)))
          let computed = output.view.planar()
          let error = largestDifference(computed, expected)
          #expect(error < 4e-7 * products.squareRoot() * 16, "\(algorithm) \(set) \(threads) threads")
          #expect(output.isPaddedWithZeros, "\(algorithm) \(set)")
          if let first { #expect(first == computed, "\(algorithm) \(set): \(threads) threads change the bits") }
          first = computed
        }
      }
    }
  }

  /// Says so where the widest variant is only compiled; every suite runs the instruction sets that the processor has.
  @Test(
    .enabled(
      if: InstructionSet.available.contains(.avx512),
      "this processor has no AVX-512: the kernels for it are compiled, not run"))
  func widestVectorsAreAmongTheTested() {
    #expect(LayerKernelTests.contexts.contains { $0.instructionSet == .avx512 })
  }

  /// A pencil-sized example: the sum of a 3×3 neighbourhood, zeros outside.
  @Test func sumOfNeighbours() {
    let g = ConvolutionGeometry(spatial: 2, inChannels: 1, outChannels: 1, kernel: 3, padding: 1)
    let shape = FeatureShape(height: 2, width: 2, channels: 1)
    let input = ActivationMemory(shape, planar: [1, 2, 3, 4])
    let output = ActivationMemory(shape)
    Convolution(g, weights: [Float](repeating: 1, count: 9))(input.view, into: output.view, in: ComputeContext())
    #expect(output.view.planar() == [10, 10, 10, 10])
  }

  /// A transposed convolution into a smaller output is the whole one cropped below and on the right.
  @Test(arguments: [(1, 0), (0, 1), (1, 1), (3, 2)]) func croppedTransposition(rows: Int, columns: Int) throws {
    let test = Self.planar(3, 5, 18, 18, 4, stride: 2, padding: 1, transposed: true)
    let whole = try #require(test.geometry.outputShape(of: test.input))
    var part = whole
    (part.height, part.width) = (whole.height - rows, whole.width - columns)
    let weights = noise(test.geometry.weightShape.reduce(1, *), seed: 2)
    let values = noise(test.input.channels * test.input.pixelCount, seed: 1)
    let expected = ReferenceConvolution.apply(test.geometry, values, shape: test.input, weights: weights)
    let cropped = (0..<whole.channels * part.height * part.width).map { i in
      let (c, y, x) = (i / part.pixelCount, i / part.width % part.height, i % part.width)
      return expected[(c * whole.height + y) * whole.width + x]
    }
    let input = ActivationMemory(test.input, planar: values)
    for set in InstructionSet.available {
      for algorithm in [Convolution.Algorithm.direct, .winograd] {
        let output = ActivationMemory(part)
        Convolution(test.geometry, weights: weights, algorithm: algorithm)(
          input.view, into: output.view, in: ComputeContext(instructionSet: set))
        #expect(largestDifference(output.view.planar(), cropped) < 3e-5)
        #expect(output.isPaddedWithZeros)
      }
    }
  }

  @Test func hotShapesGetTheirAlgorithm() {
    #expect(Convolution.algorithm(for: Self.spatial(8, 8, 8, 32, 32).geometry) == .winograd)
    #expect(Convolution.algorithm(for: Self.spatial(8, 8, 8, 32, 1).geometry) == .fewOutputs)
    #expect(Convolution.algorithm(for: Self.spatial(8, 8, 8, 32, 64, stride: 2).geometry) == .direct)
    #expect(Convolution.algorithm(for: Self.planar(8, 8, 128, 128, 3, padding: 2, dilation: 2).geometry) == .winograd)
    #expect(Convolution.algorithm(for: Self.planar(8, 8, 3, 32, 3, stride: 2).geometry) == .fewInputs)
    #expect(Convolution.algorithm(for: Self.planar(8, 8, 64, 128, 5, stride: 2, padding: 2).geometry) == .winograd)
    #expect(Convolution.algorithm(for: Self.planar(8, 8, 64, 128, 3, stride: 2, padding: 1).geometry) == .direct)
    let up = Self.planar(8, 8, 64, 32, 4, stride: 2, padding: 1, transposed: true).geometry
    #expect(Convolution.algorithm(for: up) == .winograd)
    let deep = Self.planar(8, 8, 1024, 512, 4, stride: 2, padding: 1, transposed: true).geometry
    #expect(Convolution.algorithm(for: deep) == .direct, "its transformed weights would be 300 MB")
  }
}
