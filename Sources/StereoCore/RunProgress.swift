import Synchronization

/// How a long run tells what it does and learns that it is no longer wanted.
///
/// One value is shared by the run, which reports, and its owner, who may cancel from any thread.
public final class RunProgress: Sendable {
  /// A finished step: its name and the share of the whole work that is done, 0 … 1.
  public typealias Report = @Sendable (_ step: String, _ fraction: Double) -> Void

  private let report: Report?
  private let cancelled = Atomic<Bool>(false)

  /// - Parameter report: called on the thread that runs the method, after each step.
  public init(report: Report? = nil) { self.report = report }

  /// Asks the run to end as soon as it can; it then throws ``StereoError/cancelled``.
  public func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// True once ``cancel()`` was called.
  public var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

  /// Reports a finished step.
  ///
  /// - Throws: ``StereoError/cancelled`` if the run is no longer wanted.
  public func advance(_ step: String, _ fraction: Double) throws(StereoError) {
    if isCancelled { throw .cancelled }
    report?(step, fraction)
  }
}
