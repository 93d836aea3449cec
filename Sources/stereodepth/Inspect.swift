import ArgumentParser
import StereoDepth

/// `stereodepth inspect`: what files are.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What a file is: image, disparity map, calibration, weights.",
    discussion: """
      EXAMPLE
        stereodepth inspect left.png calib.txt disparity.pfm
      """)

  @Argument(help: "The files.")
  var files: [String]

  @Flag(help: "Print one JSON array on standard output.")
  var json = false

  func run() throws {
    if json { return try printJSON(files.map { try inspectFile($0) }) }
    for file in files { print(try inspectFile(file)) }
  }
}
