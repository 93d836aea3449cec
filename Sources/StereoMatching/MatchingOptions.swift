public import Kernels

/// What every method is told besides its range: how to run, and what to do with pixels that failed a check.
public struct MatchingOptions: Sendable {
  /// Threads to spread the work over.
  public var parallel: Parallel
  /// Vector instructions to use.
  public var instructionSet: InstructionSet
  /// True: pixels that failed a check are interpolated and marked ``StereoCore/Validity/filled``; false: they stay NaN.
  public var fill: Bool

  /// - Parameters:
  ///   - parallel: threads to spread the work over; all cores by default.
  ///   - instructionSet: vector instructions to use; the best by default.
  ///   - fill: whether pixels that failed a check are interpolated.
  public init(parallel: Parallel = Parallel(), instructionSet: InstructionSet = .best, fill: Bool = true) {
    self.parallel = parallel
    self.instructionSet = instructionSet
    self.fill = fill
  }
}
