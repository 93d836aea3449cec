import Dispatch
import Glibc
import StereoDepth

/// Ctrl-C and termination: partial outputs are removed and the process ends with 130 at once.
enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// Begins to listen; called once, before anything else.
  static func prepare() {
    for signalNumber in [SIGINT, SIGTERM] {
      signal(signalNumber, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: signalNumber, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        AtomicFile.removeUnfinished()
        StandardError.write("\nstereodepth: interrupted\n")
        _exit(Failure.Code.interrupted.rawValue)
      }
      source.resume()
      sources.append(source)
    }
  }
}
