internal import Kernels

extension NetworkGraph {
  /// Adds linear interpolation to the given depth, height and width.
  package mutating func resize(
    _ x: Feature, to extents: SIMD3<Int>, alignCorners: Bool, into target: Feature? = nil
  ) -> Feature {
    let shape = FeatureShape(
      depth: extents.x, height: extents.y, width: extents.z, channels: x.shape.channels)
    let out = destination(target, shape)
    step(reading: [x], writing: out) { run in
      Resampling.resize(run.view(x), into: run.view(out), alignCorners: alignCorners, in: run.context)
    }
    return out
  }

  /// Adds the fused resampling, softmax, expectation and standard deviation over depth, two maps `[1, H, W]`; see
  /// ``Resampling/softArgmin(_:resizedTo:sign:alignCorners:into:spread:in:)``.
  ///
  /// - Throws: ``LayerError`` if `scores` has more than one channel.
  package mutating func softArgmin(
    _ scores: Feature, resizedTo size: SIMD3<Int>, sign: Float, alignCorners: Bool
  ) throws(LayerError) -> (disparity: Feature, spread: Feature) {
    guard scores.shape.channels == 1 else {
      throw .unsuitableShape(operation: "soft-argmin", expected: "one channel", found: "\(scores.shape)")
    }
    let map = FeatureShape(height: size.y, width: size.z, channels: 1)
    let (out, spread) = (reserve(map), reserve(map))
    step(
      reading: [scores], writing: out, and: spread,
      scratchFloats: Resampling.softArgminScratchFloats(scores.shape, size: size)
    ) { run in
      Resampling.softArgmin(
        run.view(scores), resizedTo: size, sign: sign, alignCorners: alignCorners, into: run.view(out),
        spread: run.view(spread), in: run.context)
    }
    return (out, spread)
  }
}
