public import Kernels

/// A step of stereo matching as a value: its parameters, and the threads it may use.
///
/// Stages are composed by ``MatchingPipeline``, which gives all of them its own threads. What a stage computes never
/// depends on their number.
public protocol MatchingStage: Sendable {
  /// Threads to spread the work over.
  var parallel: Parallel { get set }
}
