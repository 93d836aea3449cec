internal import StereoEvaluation

/// What a method was measured to do on one data set: error, time, memory.
///
/// `Tests/Peers/measure_methods.py` runs the benchmarks and writes all of them; none is written by hand.
public struct MethodMeasurement: Sendable, Equatable {
  /// The method's name.
  public let method: String
  /// The preset's name.
  public let preset: String
  /// The frames, such as `KITTI 2012 000120-000149`.
  public let dataSet: String
  /// What the error is the share of.
  public let measure: String
  /// The error, percent.
  public let error: Double
  /// Median time of matching a frame, seconds.
  public let seconds: Double
  /// Greatest resident memory of the process with one frame, bytes.
  public let peakMemoryBytes: Int
  /// Processor, instruction set and threads.
  public let machine: String

  /// The measurement as documentation shows it.
  public var text: String {
    "\(dataSet): \(ScoreTable.decimals(error)) % \(measure), "
      + "\(ScoreTable.decimals(seconds * 1000)) ms, \(peakMemoryBytes / 1_000_000) MB (\(machine))"
  }
}
