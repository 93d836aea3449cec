@preconcurrency import Glibc
import StereoDepth

/// The three streams that a program is started with, whatever state they are in.
enum StandardStreams {
  /// Makes the streams safe; called once, before anything is opened or written.
  ///
  /// A stream that is closed would give its number to the next file that is opened, and reports would go into it: the number
  /// is taken by one that refuses what it is for. A reader that went away is an error of writing, not the end of the process.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// Sends what was printed on its way.
  ///
  /// - Throws: ``Failure`` if it cannot be written. A reader that has read enough, such as `head`, is none.
  static func flush() throws(Failure) {
    errno = 0
    if fflush(stdout) == 0 && ferror(stdout) == 0 { return }
    let reason = errno
    if reason == EPIPE { return }
    // Glibc keeps the reason of an earlier flush to itself.
    let text = reason == 0 ? "it is closed or full" : String(cString: strerror(reason))
    throw Failure(.cannotCreate, "standard output: writing: \(text)")
  }
}

/// What people read beside the result. That nobody can read it (closed, full) is no reason to stop.
enum StandardError {
  /// Writes a text; what cannot be written is lost.
  static func write(_ text: String) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { return }
      written += count
    }
  }
}
