package import Kernels

extension NetworkGraph {
  /// Adds average or maximum pooling over height and width.
  ///
  /// - Throws: ``LayerError`` if no window fits.
  package mutating func pool(
    _ x: Feature, _ pooling: Pooling, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    guard let shape = pooling.outputShape(of: x.shape) else {
      throw .unsuitableShape(operation: "pooling", expected: "at least \(pooling.kernel) pixels", found: "\(x.shape)")
    }
    let out = destination(target, shape)
    step(reading: [x], writing: out) { run in pooling(run.view(x), into: run.view(out), in: run.context) }
    return out
  }
}
