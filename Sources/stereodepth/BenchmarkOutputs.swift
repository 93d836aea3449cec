import ArgumentParser
import Foundation
import StereoDepth

/// What `benchmark` writes and prints.
struct BenchmarkOutputs: ParsableArguments {
  @Option(help: ArgumentHelp("Where predictions and scores are kept.", valueName: "directory"))
  var outputDirectory = "benchmark"

  @Option(
    help: ArgumentHelp("A report to look at; with several methods one for each, named for it.", valueName: "file.html"))
  var report: String?

  @Option(help: ArgumentHelp("The predictions as KITTI's server wants them.", valueName: "file.zip"))
  var submission: String?

  @Flag(help: "Print one JSON object on standard output, and nothing else there.")
  var json = false

  @Flag(help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if let report, !report.hasSuffix(".html") {
      throw ValidationError("--report: expected a name that ends with .html, found \(report)")
    }
  }

  /// The report of one of several methods: `report.html`, or `report-sgm.html`.
  func reportPath(_ path: String, method: String, of count: Int) -> String {
    count == 1 ? path : "\(path.dropLast(".html".count))-\(method).html"
  }

  /// Refuses outputs that could not be written, before hours of work.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  func checkWritable(methods: [String]) throws(FileError) {
    var paths: [(String, String)] = []
    if let submission { paths.append((submission, "writing a submission")) }
    if let report {
      for method in methods {
        paths.append((reportPath(report, method: method, of: methods.count), "writing a report"))
      }
    }
    // Opening makes a temporary file, which goes when it is not committed.
    for (path, operation) in paths { _ = try AtomicFile(path, operation: operation) }
  }
}
