import Kernels

/// A kernel at a size at which a method runs it.
struct TimedKernel {
  /// What it is, and the extents of what it reads.
  let name, size: String
  /// What its speed is counted in.
  let work: Work
  /// Makes the inputs and gives back the call.
  let prepare: (ComputeContext) -> () -> Void

  /// What one call does.
  enum Work {
    /// Multiplications with addition by the definition of the operation, and how many of them the algorithm does with one.
    case multiplyAdds(Int, saving: Double)
    /// Bytes of inputs and outputs, each counted once.
    case bytes(Int)
    /// Pixels times disparities.
    case cells(Int)
  }

  /// Every kernel family: convolutions, the other layers of networks, semi-global matching and what follows it, and the
  /// kernels of MC-CNN and ModuleNet.
  static var all: [TimedKernel] { NetworkKernel.all.map(\.timed) + layers + guidedLayers + matching + modules }

  /// Seconds of the fastest of several calls, after one to warm up.
  func bestTime(runs: Int, in context: ComputeContext) -> Double {
    let call = prepare(context)
    call()
    let clock = ContinuousClock()
    return (0..<runs).map { _ in
      let start = clock.now
      call()
      return start.duration(to: clock.now).seconds
    }.min() ?? 0
  }
}

/// Activations with memory of their own that holds small numbers of both signs.
final class Activation {
  private let memory: AlignedFloats
  /// The activations.
  let view: FeatureView

  /// Activations of one shape.
  init(_ shape: FeatureShape) {
    memory = AlignedFloats(zeros: shape.floatCount)
    for i in 0..<shape.floatCount { memory.base[i] = Float(i % 31 - 15) * 0.1 }
    view = FeatureView(memory.base, shape: shape)
  }

  /// Bytes of memory.
  var bytes: Int { memory.byteCount }
}
