internal import Kernels

extension NetworkGraph {
  /// Adds factor · x[channel], one channel.
  package mutating func channel(_ channel: Int, of x: Feature, times factor: Float = 1) -> Feature {
    var shape = x.shape
    shape.channels = 1
    let out = reserve(shape)
    step(reading: [x], writing: out) { run in
      SingleChannel.extract(channel, of: run.view(x), times: factor, into: run.view(out), in: run.context)
    }
    return out
  }

  /// Adds a copy of a single channel into `target`.
  package mutating func copy(_ x: Feature, into target: Feature) {
    step(reading: [x], writing: target) { run in
      SingleChannel.extract(0, of: run.view(x), times: 1, into: run.view(target), in: run.context)
    }
  }

  /// Adds min(a + b, 0) of single channels; `b` nil adds nothing.
  package mutating func negativeSum(_ a: Feature, _ b: Feature?) -> Feature {
    let out = reserve(a.shape)
    step(reading: [a] + (b.map { [$0] } ?? []), writing: out) { run in
      SingleChannel.negativeSum(run.view(a), b.map { run.view($0) }, into: run.view(out), in: run.context)
    }
    return out
  }

  /// Adds 1 / (1 + factor · |a − b|) of single channels; `b` nil counts as 0.
  package mutating func agreement(_ a: Feature, _ b: Feature?, factor: Float) -> Feature {
    let out = reserve(a.shape)
    step(reading: [a] + (b.map { [$0] } ?? []), writing: out) { run in
      SingleChannel.agreement(
        run.view(a), b.map { run.view($0) }, factor: factor, into: run.view(out), in: run.context)
    }
    return out
  }

  /// Adds a map whose pixels hold the channels of `a` and then those of `b`, without a gap.
  package mutating func join(_ a: Feature, _ b: Feature) -> Feature {
    var shape = a.shape
    shape.channels += b.shape.channels
    let out = reserve(shape)
    step(reading: [a, b], writing: out) { run in
      SingleChannel.join(run.view(a), run.view(b), into: run.view(out), in: run.context)
    }
    return out
  }
}
