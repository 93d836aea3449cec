internal import Kernels

extension NetworkGraph {
  /// Adds f(a + b), f(v) = v if v > 0, else slope · v; `b` nil is the activation alone.
  ///
  /// - Throws: ``LayerError`` if the shapes differ.
  package mutating func add(
    _ a: Feature, _ b: Feature?, slope: Float = 1, into target: Feature? = nil
  ) throws(LayerError) -> Feature {
    if let b, b.shape != a.shape {
      throw .unsuitableShape(operation: "addition", expected: "\(a.shape)", found: "\(b.shape)")
    }
    let out = destination(target, a.shape)
    step(reading: [a] + (b.map { [$0] } ?? []), writing: out) { run in
      Elementwise.add(run.view(a), b.map { run.view($0) }, slope: slope, into: run.view(out), in: run.context)
    }
    return out
  }

  /// Adds 1 / (1 + e^−x).
  package mutating func sigmoid(_ x: Feature, into target: Feature? = nil) -> Feature {
    let out = destination(target, x.shape)
    step(reading: [x], writing: out) { run in Elementwise.sigmoid(run.view(x), into: run.view(out), in: run.context) }
    return out
  }

  /// Adds the softmax over the channels of every pixel.
  package mutating func softmax(_ x: Feature, into target: Feature? = nil) -> Feature {
    let out = destination(target, x.shape)
    step(reading: [x], writing: out) { run in Elementwise.softmax(run.view(x), into: run.view(out), in: run.context) }
    return out
  }

  /// Adds the division of every pixel's channels by max(‖·‖, floor).
  package mutating func normalise(_ x: Feature, floor: Float, into target: Feature? = nil) -> Feature {
    let out = destination(target, x.shape)
    step(reading: [x], writing: out) { run in
      Elementwise.normalise(run.view(x), floor: floor, into: run.view(out), in: run.context)
    }
    return out
  }
}
