import Kernels
import Testing

/// GA-Net's guided layers against their plain specifications, for every instruction set and number of threads.
@Suite struct GuidedAggregationTests {
  static let contexts = LayerKernelTests.contexts

  /// One pixel, one plane, one row, one column, strips that end early, channels beyond a vector.
  static let volumes = [
    (1, 1, 1, 1), (1, 4, 5, 2), (4, 1, 6, 3), (5, 6, 1, 16), (3, 5, 17, 17), (9, 7, 8, 33), (2, 3, 25, 48),
  ].map { FeatureShape(depth: $0, height: $1, width: $2, channels: $3 == 1 ? 2 : $3) }

  /// Weights in the kernel's order from `[C, 5, H, W]` for each direction.
  static func arranged(_ guidance: [[Float]], _ shape: FeatureShape) -> ActivationMemory {
    let (lanes, plane) = (SemiGlobalGuided.lanes(shape.channels), shape.height * shape.width)
    var values = [Float](repeating: 0, count: 20 * lanes * plane)
    for (r, weights) in guidance.enumerated() {
      for c in 0..<shape.channels {
        for k in 0..<5 {
          for p in 0..<plane { values[((r * 5 + k) * lanes + c) * plane + p] = weights[(c * 5 + k) * plane + p] }
        }
      }
    }
    return ActivationMemory(SemiGlobalGuided.guidanceShape(for: shape), planar: values)
  }

  @Test(arguments: volumes) func semiGlobal(shape: FeatureShape) {
    let (values, pixels) = (noise(shape.channels * shape.pixelCount, seed: 1), shape.height * shape.width)
    let guidance = (0..<4).map { noise(shape.channels * 5 * pixels, seed: 2 + UInt64($0)) }
    let expected = ReferenceGuidedAggregation.semiGlobal(values, shape: shape, guidance: guidance)
    let (input, weights) = (ActivationMemory(shape, planar: values), Self.arranged(guidance, shape))
    let lanes = SemiGlobalGuided.lanes(shape.channels)
    let (scale, shift) = (AlignedFloats(zeros: lanes), AlignedFloats(zeros: lanes))
    for c in 0..<shape.channels {
      scale.base[c] = Float(c % 5) - 2
      shift.base[c] = Float(c % 3) / 4 - 0.2
    }
    let finished = expected.enumerated().map { i, v in
      max(0, v * scale.base[i / shape.pixelCount] + shift.base[i / shape.pixelCount])
    }
    var first: [InstructionSet: [Float]] = [:]
    for context in Self.contexts {
      for (affine, wanted) in [(nil, expected), ((scale, shift), finished)] {
        let output = ActivationMemory(shape)
        SemiGlobalGuided.aggregate(
          input.view, guidance: weights.view, affine: affine, into: output.view, in: context)
        #expect(largestDifference(output.view.planar(), wanted) < 3e-6, "\(context.instructionSet)")
        #expect(output.isPaddedWithZeros)
      }
      let output = ActivationMemory(shape)
      SemiGlobalGuided.aggregate(input.view, guidance: weights.view, affine: nil, into: output.view, in: context)
      let computed = output.view.planar()
      #expect(first[context.instructionSet, default: computed] == computed, "threads change the bits")
      first[context.instructionSet] = computed
    }
  }

  /// All weight on the cost itself gives the cost back; all on the pixel before gives the first pixel's costs of the direction.
  @Test func semiGlobalByHand() {
    let shape = FeatureShape(depth: 2, height: 1, width: 3, channels: 2)
    let costs: [Float] = [1, 2, 3, 6, 5, 4, 0, 0, 0, 0, 0, 0]
    func weights(_ tap: Int) -> [[Float]] {
      (0..<4).map { _ in (0..<30).map { $0 / 3 % 5 == tap ? 7 : 0 } }
    }
    let input = ActivationMemory(shape, planar: costs)
    // The greatest over the directions: columns of one row hold the cost; right carries column 0 on, left column 2.
    for (tap, expected) in [(0, costs), (1, [3, 3, 3, 6, 6, 6, 0, 0, 0, 0, 0, 0] as [Float])] {
      // A name keeps the weights alive; a temporary would end before its view is read.
      let (output, guidance) = (ActivationMemory(shape), Self.arranged(weights(tap), shape))
      SemiGlobalGuided.aggregate(
        input.view, guidance: guidance.view, affine: nil, into: output.view, in: ComputeContext())
      #expect(output.view.planar() == expected, "tap \(tap)")
    }
  }

  static let maps = [(2, 1, 1), (3, 2, 7), (16, 5, 4), (33, 6, 9), (61, 3, 3), (200, 4, 6)].map {
    FeatureShape(height: $1, width: $2, channels: $0)
  }

  @Test(arguments: maps) func local(shape: FeatureShape) {
    let pixels = shape.height * shape.width
    let (values, guidance) = (noise(shape.channels * pixels, seed: 8), noise(75 * pixels, seed: 9))
    let expected = ReferenceGuidedAggregation.local(
      values, depth: shape.channels, height: shape.height, width: shape.width, guidance: guidance)
    let input = ActivationMemory(shape, planar: values)
    let weights = ActivationMemory(
      FeatureShape(height: shape.height, width: shape.width, channels: 75), planar: guidance)
    for context in Self.contexts {
      let output = ActivationMemory(shape)
      LocalGuided.aggregate(input.view, guidance: weights.view, into: output.view, in: context)
      #expect(largestDifference(output.view.planar(), expected) < 1e-6, "\(context.instructionSet)")
      #expect(output.isPaddedWithZeros)
    }
  }

  /// A pixel's weights that are all zero give zero, not NaN.
  @Test func zeroWeights() {
    let shape = FeatureShape(height: 2, width: 3, channels: 5)
    let input = ActivationMemory(shape, planar: noise(30, seed: 1))
    let weights = ActivationMemory(
      FeatureShape(height: 2, width: 3, channels: 75), planar: [Float](repeating: 0, count: 450))
    let output = ActivationMemory(shape)
    LocalGuided.aggregate(input.view, guidance: weights.view, into: output.view, in: ComputeContext())
    #expect(output.view.planar().allSatisfy { $0 == 0 })
  }

  /// The fused head against its plain composition, on images smaller than a tile, and on two that need several.
  @Test(arguments: [
    (SIMD3(2, 1, 1), SIMD3(4, 1, 1)), (SIMD3(5, 4, 6), SIMD3(13, 12, 18)), (SIMD3(3, 2, 33), SIMD3(7, 5, 99)),
    (SIMD3(3, 35, 3), SIMD3(9, 105, 8)), (SIMD3(9, 7, 18), SIMD3(25, 21, 53)),
  ]) func regression(coarse: SIMD3<Int>, fine: SIMD3<Int>) {
    let shape = FeatureShape(depth: coarse.x, height: coarse.y, width: coarse.z, channels: 1)
    let scores = noise(shape.pixelCount, seed: 3).map { $0 * 9 }
    let (first, second) = (noise(75 * fine.y * fine.z, seed: 4), noise(75 * fine.y * fine.z, seed: 5).map { $0 + 0.7 })
    let expected = ReferenceGuidedAggregation.regression(
      ReferenceResampling.resize(scores, shape: shape, to: fine, alignCorners: false), depth: fine.x, height: fine.y,
      width: fine.z, first: first, second: second)
    let map = FeatureShape(height: fine.y, width: fine.z, channels: 1)
    let weights = FeatureShape(height: fine.y, width: fine.z, channels: 75)
    let (input, one, two) = (
      ActivationMemory(shape, planar: scores), ActivationMemory(weights, planar: first),
      ActivationMemory(weights, planar: second)
    )
    var bits: [InstructionSet: [Float]] = [:]
    for context in Self.contexts {
      let (disparity, spread) = (ActivationMemory(map), ActivationMemory(map))
      GuidedRegression.regress(
        input.view, disparities: fine.x, first: one.view, second: two.view, into: disparity.view,
        spread: spread.view, in: context)
      let (computed, name) = (disparity.view.planar(), context.instructionSet)
      #expect(largestDifference(computed, expected.disparity) < 5e-4, "\(name)")
      #expect(largestDifference(spread.view.planar(), expected.spread) < 5e-4, "\(name)")
      #expect(bits[name, default: computed] == computed, "threads change the bits")
      bits[name] = computed
    }
  }
}
