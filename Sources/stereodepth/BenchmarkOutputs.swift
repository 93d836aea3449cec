import ArgumentParser
import StereoDepth

/// What `benchmark` writes and prints.
struct BenchmarkOutputs: ParsableArguments {
  @Option(help: ArgumentHelp("Where predictions and scores are kept.", valueName: "directory"))
  var outputDirectory = "benchmark"

  @Option(
    help: ArgumentHelp(
      "A report to look at; with several runs their comparison, and a report of each beside it.", valueName: "file.html"
    ))
  var report: String?

  @Option(help: ArgumentHelp("The predictions of testing frames as KITTI's server wants them.", valueName: "file.zip"))
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

  /// The report of one of several runs: `report.html`, or `report-sgm.html`.
  func reportPath(_ path: String, label: String, of count: Int) -> String {
    let name = label.map { $0.isLetter || $0.isNumber || ".-_=".contains($0) ? $0 : "-" }
    return count == 1 ? path : "\(path.dropLast(".html".count))-\(String(name)).html"
  }

  /// Refuses outputs that could not be written, before hours of work.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  func checkWritable(labels: [String]) throws(FileError) {
    var paths: [(String, String)] = []
    if let submission { paths.append((submission, "writing a submission")) }
    if let report {
      for label in labels {
        paths.append((reportPath(report, label: label, of: labels.count), "writing a report"))
      }
      if labels.count > 1 { paths.append((report, "writing a comparison")) }
    }
    for (path, operation) in paths { try StereoDepth.checkWritable(path, operation: operation) }
  }
}
