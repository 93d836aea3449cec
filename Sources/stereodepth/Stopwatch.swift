/// Measures the parts of a run, seconds.
final class Stopwatch {
  private let start = ContinuousClock.now
  private var last = ContinuousClock.now

  /// Time since the last lap, or since the beginning.
  func lap() -> Double {
    let now = ContinuousClock.now
    defer { last = now }
    return last.duration(to: now).seconds
  }

  /// Time since the beginning.
  func total() -> Double { start.duration(to: .now).seconds }
}
