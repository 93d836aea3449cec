public import Kernels
public import StereoCore

extension MatchingOptions {
  /// A context with the threads and instructions of these options, for an engine to keep.
  public var context: ComputeContext { ComputeContext(instructionSet: instructionSet, parallel: parallel) }
}

extension ComputeContext {
  /// The same for one run: `progress` is told of its parts, and ends it.
  public func following(_ progress: RunProgress) -> ComputeContext {
    observed(
      isCancelled: { progress.isCancelled }, report: { part, fraction in try? progress.advance(part, fraction) })
  }

  /// Tells that a share of this context's work is done, 0 … 1.
  ///
  /// - Throws: ``StereoCore/StereoError/cancelled`` if the run is no longer wanted.
  public func advance(_ share: Double) throws(StereoError) {
    if isCancelled { throw .cancelled }
    report(share)
  }
}
