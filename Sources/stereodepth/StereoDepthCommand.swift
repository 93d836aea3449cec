import ArgumentParser
import Glibc
import StereoDepth

/// `stereodepth`: disparity and depth from a rectified pair of images.
@main
struct StereoDepthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stereodepth",
    abstract: "Disparity and metric depth from a rectified pair of images.",
    discussion: """
      EXAMPLE
        stereodepth match left.png right.png --calibration calib.txt
          writes disparity.png, disparity.pfm, preview.png and depth.png into the current directory.
      """,
    version: "stereodepth 0.1.0",
    subcommands: [
      Match.self, Rectify.self, Evaluate.self, Benchmark.self, Methods.self, Inspect.self, Convert.self,
    ])

  /// Runs the command; every error becomes one line on standard error and an exit code of sysexits.
  static func main() {
    StandardStreams.prepare()
    MemoryReserve.onRefusal { bytes in
      AtomicFile.removeUnfinished()
      Failure(.unavailable, "memory: the system refuses \(bytes) bytes; a smaller range or image needs less").exit()
    }
    if MemoryReserve.isLimited { LargeBlocks.useOneHeap() }
    MemoryReserve.requireThreads()
    Interruption.prepare()
    do {
      do {
        var command = try parseAsRoot(arguments)
        try command.run()
      } catch  where exitCode(for: error) == .success {
        // Help, the version, a completion script.
        print(fullMessage(for: error))
      }
      try StandardStreams.flush()
    } catch {
      if let failure = Failure(error) { failure.exit() }
      switch exitCode(for: error) {
      case .validationFailure: Failure(.usage, "\(line(message(for: error))); \(hint)").exit()
      default: Failure(.software, line(message(for: error))).exit()
      }
    }
  }

  /// What the program was started with; names of files may be any bytes.
  private static var arguments: [String] {
    (1..<max(Int(CommandLine.argc), 1)).compactMap { index in
      CommandLine.unsafeArgv[index].map {
        FileName.text(of: Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))))
      }
    }
  }

  /// Where the right usage is told: the help of the subcommand that was meant.
  private static var hint: String {
    let names = configuration.subcommands.map { $0._commandName }
    let name = CommandLine.arguments.dropFirst().first.flatMap { names.contains($0) ? " " + $0 : nil }
    return "see `stereodepth help\(name ?? "")`"
  }

  /// A message of the argument parser in one line.
  private static func line(_ message: String) -> String {
    message.split(whereSeparator: \.isNewline).map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: " ")
  }
}
