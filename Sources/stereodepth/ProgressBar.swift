import Foundation
import StereoDepth
import Synchronization

/// A line on standard error that tells how far a run is, from its second second on.
final class ProgressBar: Sendable {
  private let start = ContinuousClock.now
  private let label: String
  private let shown = Atomic<Bool>(false)

  /// - Parameter label: what is done, at the beginning of the line.
  init(label: String) { self.label = label }

  /// A progress that draws a bar where somebody can see it: a terminal, and not `--quiet`.
  static func progress(label: String, quiet: Bool) -> (progress: RunProgress, bar: ProgressBar?) {
    guard !quiet, isatty(STDERR_FILENO) != 0 else { return (RunProgress(), nil) }
    let bar = ProgressBar(label: label)
    return (RunProgress { step, fraction in bar.show(step, fraction) }, bar)
  }

  /// Draws the line if the run has lasted a second.
  func show(_ step: String, _ fraction: Double) {
    let elapsed = start.duration(to: .now).seconds
    guard elapsed > 1 else { return }
    shown.store(true, ordering: .relaxed)
    let width = 24
    let full = Int((min(max(fraction, 0), 1) * Double(width)).rounded())
    let bar = String(repeating: "█", count: full) + String(repeating: "·", count: width - full)
    let left = fraction > 0.02 ? "\(Int((elapsed / fraction - elapsed).rounded(.up))) s left" : ""
    write("\r\u{1B}[2K\(label) \(bar) \(Int(fraction * 100)) %  \(step)  \(left)")
  }

  /// Removes the line.
  func finish() { if shown.load(ordering: .relaxed) { write("\r\u{1B}[2K") } }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
