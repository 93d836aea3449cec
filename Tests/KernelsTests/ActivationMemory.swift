import Kernels

/// Activations of a test: memory and a view of it.
struct ActivationMemory {
  let memory: AlignedFloats
  let view: FeatureView

  /// Memory that holds NaN wherever a kernel does not write.
  init(_ shape: FeatureShape) {
    memory = AlignedFloats(uninitialized: shape.floatCount)
    memory.base.initialize(repeating: .nan, count: shape.floatCount)
    view = FeatureView(memory.base, shape: shape)
  }

  /// Activations with the given `[C, D, H, W]` values.
  init(_ shape: FeatureShape, planar values: [Float]) {
    self.init(shape)
    view.assign(planar: values)
  }

  /// True if the lanes beyond the channels are zeros, as the layout promises.
  var isPaddedWithZeros: Bool {
    (0..<view.shape.pixelCount).allSatisfy { i in
      (view.shape.channels..<view.shape.pixel).allSatisfy { memory.base[i * view.shape.pixel + $0] == 0 }
    }
  }
}

/// The same numbers in −1 … 1 for the same seed.
func noise(_ count: Int, seed: UInt64) -> [Float] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) / 0x1p31
  }
}

/// The largest absolute difference; infinity if the counts differ or one is NaN.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
}
