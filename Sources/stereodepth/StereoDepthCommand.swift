import ArgumentParser
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
    subcommands: [Match.self, Evaluate.self, Benchmark.self, Methods.self, Inspect.self, Convert.self])

  /// Runs the command; every error becomes one line on standard error and an exit code of sysexits.
  static func main() {
    Interruption.prepare()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      if let failure = Failure(error) { failure.exit() }
      exit(withError: error)
    }
  }
}
