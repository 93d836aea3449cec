public import Kernels

/// What every method is told besides its range: how to run, and what to do with pixels that failed a check.
public struct MatchingOptions: Sendable {
  /// Threads to spread the work over.
  public var parallel: Parallel
  /// Vector instructions to use.
  public var instructionSet: InstructionSet
  /// True: pixels that failed a check are interpolated and marked ``StereoCore/Validity/filled``; false: they stay NaN.
  public var fill: Bool
  /// False: the right image's map is not needed, and methods that can save its time leave it without any disparity.
  public var rightMap: Bool

  /// - Parameters:
  ///   - parallel: threads to spread the work over; all cores by default.
  ///   - instructionSet: vector instructions to use; the best by default.
  ///   - fill: whether pixels that failed a check are interpolated.
  ///   - rightMap: whether the right image's map is needed.
  public init(
    parallel: Parallel = Parallel(), instructionSet: InstructionSet = .best, fill: Bool = true, rightMap: Bool = true
  ) {
    self.parallel = parallel
    self.instructionSet = instructionSet
    self.fill = fill
    self.rightMap = rightMap
  }
}
