internal import CKernels

/// The most multiply-adds that one core of this machine does, the measure of every kernel's share.
package enum MultiplyAddPeak {
  /// Multiply-adds per second of one thread, vectors in registers, the best of several short runs.
  package static func perSecond(_ set: InstructionSet, runs: Int = 5) -> Double {
    var best = 0.0
    var sink: Float = 0
    for _ in 0..<runs {
      let clock = ContinuousClock()
      let start = clock.now
      let count = sd_fma_peak(set.code, 2_000_000, &sink)
      let time = start.duration(to: clock.now).components
      best = max(best, count / (Double(time.seconds) + Double(time.attoseconds) * 1e-18))
    }
    return sink.isNaN ? 0 : best
  }
}
