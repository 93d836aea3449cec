@preconcurrency import Dispatch
import Glibc
import StereoDepth
import Synchronization

/// Tells on standard error how far a run is, from its second second on.
///
/// On a terminal it is one line that is drawn again every second; elsewhere (a file, a pipe) a line of its own after one second
/// and then every ten. It goes by the clock, not by the steps: a step of a network may last as long as another method's run.
final class ProgressBar: Sendable {
  private struct State {
    var step = ""
    var fraction = 0.0
    var lines = 0
  }

  private let start = ContinuousClock.now
  private let label: String
  private let isTerminal: Bool
  private let state = Mutex(State())
  private let timer: any DispatchSourceTimer

  /// - Parameters:
  ///   - label: what is done, at the beginning of the line.
  ///   - isTerminal: whether the line can be drawn again.
  private init(label: String, isTerminal: Bool) {
    self.label = label
    self.isTerminal = isTerminal
    timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInitiated))
    timer.setEventHandler { [weak self] in self?.show() }
    timer.schedule(deadline: .now() + 1, repeating: isTerminal ? 1 : 10)
    timer.activate()
  }

  deinit { timer.cancel() }

  /// A progress that tells, unless it shall be quiet.
  static func progress(label: String, quiet: Bool) -> (progress: RunProgress, bar: ProgressBar?) {
    guard !quiet else { return (RunProgress(), nil) }
    let bar = ProgressBar(label: label, isTerminal: isatty(STDERR_FILENO) != 0)
    let progress = RunProgress { step, fraction in
      bar.state.withLock { ($0.step, $0.fraction) = (step, min(max(fraction, 0), 1)) }
    }
    return (progress, bar)
  }

  /// Writes the line.
  private func show() {
    let elapsed = start.duration(to: .now).seconds
    let (step, fraction) = state.withLock { state in
      state.lines += 1
      return (state.step, state.fraction)
    }
    let left = fraction > 0.02 ? "\(Int((elapsed / fraction - elapsed).rounded(.up))) s left" : ""
    if isTerminal {
      let width = 24
      let full = Int((fraction * Double(width)).rounded())
      let bar = String(repeating: "█", count: full) + String(repeating: "·", count: width - full)
      StandardError.write("\r\u{1B}[2K\(label) \(bar) \(Int(fraction * 100)) %  \(step)  \(left)")
    } else {
      let parts = ["\(Int(elapsed)) s", "\(Int(fraction * 100)) %", step, left].filter { !$0.isEmpty }
      StandardError.write("stereodepth: \(label): \(parts.joined(separator: ", "))\n")
    }
  }

  /// Ends the telling; the line of a terminal goes.
  func finish() {
    timer.cancel()
    if isTerminal && state.withLock({ $0.lines > 0 }) { StandardError.write("\r\u{1B}[2K") }
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
