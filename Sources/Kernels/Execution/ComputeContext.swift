/// What a piece of work runs with: threads, instruction set, scratch memory, who is told how far it is, and whether it is still
/// wanted.
///
/// One context is made for a run and handed from step to step as an argument, so that no step can do without one of its options:
///
///     func costs(of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext)
///
/// Nothing of what is computed depends on it: results are the same for any number of threads and, where kernels are of whole
/// numbers, for any instruction set.
public struct ComputeContext: Sendable {
  /// Takes the name of a part of a run and the share of the whole run that is done, 0 … 1.
  public typealias Report = @Sendable (_ part: String, _ fraction: Double) -> Void

  /// The vector instructions to use.
  public var instructionSet: InstructionSet
  /// The threads to use.
  public var parallel: Parallel
  /// Memory that work items use while they run, kept from call to call.
  public let scratch: ScratchPool
  private var observer: Report
  private var cancelled: @Sendable () -> Bool
  /// The part of the run that this context is for: its name, and from which share of the whole run to which it takes.
  private var part: (name: String, from: Double, upTo: Double) = ("", 0, 1)

  /// A context of its own.
  ///
  /// - Parameters:
  ///   - instructionSet: the vector instructions to use; by default the best of this machine.
  ///   - parallel: the threads to use; by default one for every core.
  ///   - scratch: memory that work items use, for contexts that take turns.
  ///   - isCancelled: polled between work items; what has not begun is left undone once it returns true.
  ///   - report: told how far the run is, on the thread that runs it.
  public init(
    instructionSet: InstructionSet = .best, parallel: Parallel = Parallel(), scratch: ScratchPool = ScratchPool(),
    isCancelled: @escaping @Sendable () -> Bool = { false }, report: @escaping Report = { _, _ in }
  ) {
    self.instructionSet = instructionSet
    self.parallel = parallel
    self.scratch = scratch
    observer = report
    cancelled = isCancelled
  }

  /// Whether the run is no longer wanted. Loops over rows look at it: what they leave undone is thrown away.
  public var isCancelled: Bool { cancelled() }

  /// The same with other eyes on it: those of one run among several.
  public func observed(
    isCancelled: @escaping @Sendable () -> Bool, report: @escaping Report = { _, _ in }
  ) -> ComputeContext {
    var copy = self
    copy.cancelled = isCancelled
    copy.observer = report
    return copy
  }

  /// The same on the calling thread alone, for work inside a work item.
  public var serial: ComputeContext {
    var copy = self
    copy.parallel = .serial
    return copy
  }

  /// The context of a part of this one's work.
  ///
  /// - Parameters:
  ///   - name: how the part is called in reports.
  ///   - from: the share of this context's work that is done when the part begins, 0 … 1.
  ///   - upTo: the share that is done when it ends.
  public func part(_ name: String, from: Double = 0, upTo: Double = 1) -> ComputeContext {
    var copy = self
    let whole = part.upTo - part.from
    copy.part = (name, part.from + whole * from, part.from + whole * upTo)
    return copy
  }

  /// Tells that a share of this context's work is done, 0 … 1.
  public func report(_ share: Double) {
    observer(part.name, part.from + (part.upTo - part.from) * share)
  }
}

/// A value that holds pointers into memory which its owner keeps alive and whose parts threads do not share.
struct Unshared<Value>: @unchecked Sendable {
  let value: Value
}
