import Kernels
import Testing

/// Pooling, resampling, volumes and element-wise kernels against their plain specifications.
@Suite struct LayerKernelTests {
  static let contexts = InstructionSet.available.flatMap { set in
    [1, 2, 3].map { ComputeContext(instructionSet: set, parallel: Parallel(threads: $0)) }
  }
  static let shapes = [(1, 1, 1, 1), (1, 7, 9, 1), (1, 9, 21, 17), (3, 5, 4, 16), (2, 8, 8, 33)].map {
    FeatureShape(depth: $0, height: $1, width: $2, channels: $3)
  }

  @Test(arguments: shapes) func pooling(shape: FeatureShape) {
    let values = noise(shape.channels * shape.pixelCount, seed: 1)
    let input = ActivationMemory(shape, planar: values)
    for kind in [Pooling.Kind.maximum, .average(countingPadding: true), .average(countingPadding: false)] {
      for (kernel, stride, padding) in [(1, 1, 0), (2, 2, 0), (3, 2, 1), (5, 3, 2)] {
        let pooling = Pooling(kind, kernel: kernel, stride: stride, padding: padding)
        guard let out = pooling.outputShape(of: shape) else { continue }
        let expected = ReferencePooling.apply(pooling, values, shape: shape)
        for context in Self.contexts {
          let output = ActivationMemory(out)
          pooling(input.view, into: output.view, in: context)
          #expect(largestDifference(output.view.planar(), expected) < 1e-6, "\(pooling) \(context.instructionSet)")
          #expect(output.isPaddedWithZeros)
        }
      }
    }
  }

  @Test(arguments: shapes) func resize(shape: FeatureShape) {
    let values = noise(shape.channels * shape.pixelCount, seed: 2)
    let input = ActivationMemory(shape, planar: values)
    for alignCorners in [true, false] {
      for extents in [SIMD3(1, 1, 1), SIMD3(shape.depth, 13, 5), SIMD3(4, 3, 20)] {
        let expected = ReferenceResampling.resize(values, shape: shape, to: extents, alignCorners: alignCorners)
        for context in Self.contexts {
          let output = ActivationMemory(
            FeatureShape(depth: extents.x, height: extents.y, width: extents.z, channels: shape.channels))
          Resampling.resize(input.view, into: output.view, alignCorners: alignCorners, in: context)
          #expect(largestDifference(output.view.planar(), expected) < 2e-6, "\(extents) \(context.instructionSet)")
          #expect(output.isPaddedWithZeros)
        }
      }
    }
  }

  /// Scores up to ±`gain`: the softmax must neither overflow nor lose its peak.
  @Test(arguments: [Float(1), 30, 2000]) func softArgmin(gain: Float) {
    let shape = FeatureShape(depth: 5, height: 3, width: 7, channels: 1)
    let values = noise(shape.pixelCount, seed: 3).map { $0 * gain }
    let input = ActivationMemory(shape, planar: values)
    for alignCorners in [true, false] {
      for size in [SIMD3(5, 3, 7), SIMD3(20, 12, 28), SIMD3(19, 5, 33)] {
        let fine = ReferenceResampling.resize(values, shape: shape, to: size, alignCorners: alignCorners)
        for sign in [Float(1), -1] {
          let expected = ReferenceResampling.softArgmin(fine, depth: size.x, sign: sign)
          var first: [Float]?
          for context in Self.contexts {
            let map = FeatureShape(height: size.y, width: size.z, channels: 1)
            let (output, spread) = (ActivationMemory(map), ActivationMemory(map))
            Resampling.softArgmin(
              input.view, resizedTo: size, sign: sign, alignCorners: alignCorners, into: output.view,
              spread: spread.view, in: context)
            let (computed, label) = (output.view.planar(), "\(size) \(context.instructionSet)")
            #expect(largestDifference(computed, expected.mean) < 2e-5 * max(1, gain / 10), "\(label)")
            // Half of the tolerance's digits: the spread is the root of a difference.
            let difference = largestDifference(spread.view.planar(), expected.spread)
            #expect(difference < 2e-3 * max(1, gain / 100), "spread, \(label)")
            if context.parallel.threads == 1 { first = computed } else { #expect(first == computed) }
          }
        }
      }
    }
  }

  @Test(arguments: [(3, true), (3, false), (16, true), (20, false)]) func concatenation(channels: Int, mask: Bool) {
    let map = FeatureShape(height: 3, width: 6, channels: channels)
    let (left, right) = (noise(channels * 18, seed: 4), noise(channels * 18, seed: 5))
    let volume = FeatureShape(depth: 8, height: 3, width: 6, channels: 2 * channels)
    let expected = ReferenceFeatureVolumes.concatenate(left, right, map: map, planes: 8, maskLeft: mask)
    let (l, r) = (ActivationMemory(map, planar: left), ActivationMemory(map, planar: right))
    let output = ActivationMemory(volume)
    FeatureVolumes.concatenate(l.view, r.view, maskLeft: mask, into: output.view, in: ComputeContext())
    #expect(output.view.planar() == expected)
    #expect(output.isPaddedWithZeros)
  }

  @Test(arguments: shapes) func elementwise(shape: FeatureShape) {
    let count = shape.channels * shape.pixelCount
    let (a, b) = (noise(count, seed: 6).map { $0 * 20 }, noise(count, seed: 7))
    let (x, y) = (ActivationMemory(shape, planar: a), ActivationMemory(shape, planar: b))
    for context in Self.contexts {
      let output = ActivationMemory(shape)
      Elementwise.add(x.view, y.view, slope: 0.1, into: output.view, in: context)
      let sums = zip(a, b).map { ReferenceElementwise.activate($0 + $1, slope: 0.1) }
      #expect(largestDifference(output.view.planar(), sums) < 1e-6)
      Elementwise.add(x.view, nil, slope: 0, into: output.view, in: context)
      #expect(output.view.planar() == a.map { ReferenceElementwise.activate($0, slope: 0) })
      Elementwise.sigmoid(x.view, into: output.view, in: context)
      #expect(largestDifference(output.view.planar(), a.map(ReferenceElementwise.sigmoid)) < 1e-6)
      #expect(output.isPaddedWithZeros)
      Elementwise.softmax(x.view, into: output.view, in: context)
      #expect(
        largestDifference(output.view.planar(), ReferenceElementwise.softmax(a, channels: shape.channels)) < 1e-6)
      Elementwise.normalise(x.view, floor: 1e-12, into: output.view, in: context)
      let normalised = ReferenceElementwise.normalise(a, channels: shape.channels, floor: 1e-12)
      #expect(largestDifference(output.view.planar(), normalised) < 1e-6)
      #expect(output.isPaddedWithZeros)
    }
  }
}
