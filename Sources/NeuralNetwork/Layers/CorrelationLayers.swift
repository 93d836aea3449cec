package import Kernels

extension NetworkGraph {
  /// Adds the correlation of two maps; see ``Kernels/Correlation``.
  ///
  /// - Parameter slope: 1 for no activation, between 0 and 1 leaky ReLU.
  /// - Throws: ``LayerError`` if the maps differ.
  package mutating func correlation(
    _ left: Feature, _ right: Feature, _ grid: Correlation, slope: Float = 1, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    if right.shape != left.shape {
      throw .unsuitableShape(operation: "correlation", expected: "\(left.shape)", found: "\(right.shape)")
    }
    let out = destination(
      target, FeatureShape(height: left.shape.height, width: left.shape.width, channels: grid.channels))
    step(
      reading: [left, right], writing: out,
      multiplyAdds: left.shape.pixelCount * grid.channels * left.shape.channels
    ) { run in grid(run.view(left), run.view(right), slope: slope, into: run.view(out), in: run.context) }
    return out
  }

  /// Adds |x moved by `displacement` − `reference`|; see ``Kernels/Warping``.
  ///
  /// - Throws: ``LayerError`` if the shapes differ.
  package mutating func warpError(
    _ x: Feature, by displacement: Feature, comparedWith reference: Feature, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    if reference.shape != x.shape || displacement.shape.extents != x.shape.extents {
      throw .unsuitableShape(
        operation: "warp", expected: "maps and displacements like \(x.shape)",
        found: "\(reference.shape), \(displacement.shape)")
    }
    let out = destination(target, x.shape)
    step(reading: [x, displacement, reference], writing: out) { run in
      Warping.warp(
        run.view(x), by: run.view(displacement), comparedWith: run.view(reference), into: run.view(out),
        in: run.context)
    }
    return out
  }

  /// Adds the moved map itself; see ``Kernels/Warping``.
  ///
  /// - Throws: ``LayerError`` if the shapes differ.
  package mutating func warp(_ x: Feature, by displacement: Feature) throws(LayerError) -> Feature {
    if displacement.shape.extents != x.shape.extents {
      throw .unsuitableShape(
        operation: "warp", expected: "displacements like \(x.shape)", found: "\(displacement.shape)")
    }
    let out = reserve(x.shape)
    step(reading: [x, displacement], writing: out) { run in
      Warping.warp(run.view(x), by: run.view(displacement), into: run.view(out), in: run.context)
    }
    return out
  }

  /// Adds Caffe's tent resampling to the given height and width, times `factor`; `x` itself where nothing would change.
  package mutating func tentResample(_ x: Feature, to size: SIMD2<Int>, factor: Float = 1) -> Feature {
    let from = SIMD2(x.shape.height, x.shape.width)
    if from == size && factor == 1 { return x }
    var shape = x.shape
    (shape.height, shape.width) = (size.x, size.y)
    let resampling = TentResampling(from: from, to: size, factor: factor)
    let out = reserve(shape)
    step(
      reading: [x], writing: out, scratchFloats: resampling.scratchFloats(channels: shape.channels)
    ) { run in resampling(run.view(x), into: run.view(out), in: run.context) }
    return out
  }
}
