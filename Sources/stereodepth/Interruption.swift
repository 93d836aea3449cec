import Dispatch
import Glibc
import StereoDepth

/// Ctrl-C, termination and a closed terminal: partial outputs are removed and the process ends with 130 at once.
enum Interruption {
  nonisolated(unsafe) private static var sources: [any DispatchSourceSignal] = []

  /// Begins to listen; called once, before anything else.
  static func prepare() {
    // A file that grows beyond what the user may write is an error of that file, not the end of the process.
    signal(SIGXFSZ, SIG_IGN)
    for signalNumber in [SIGINT, SIGTERM, SIGHUP] {
      signal(signalNumber, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: signalNumber, queue: .global(qos: .userInteractive))
      source.setEventHandler {
        // A terminal that is closed takes no words: the files go first.
        AtomicFile.removeUnfinished()
        let line = "\nstereodepth: interrupted\n"
        _ = write(STDERR_FILENO, line, line.utf8.count)
        // What another thread has begun in between.
        AtomicFile.removeUnfinished()
        _exit(Failure.Code.interrupted.rawValue)
      }
      source.resume()
      sources.append(source)
    }
  }
}
