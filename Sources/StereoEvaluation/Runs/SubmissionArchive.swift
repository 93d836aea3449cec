import FoundationEssentials
public import ImageFiles

/// Predictions as a benchmark's server wants them: one zip.
///
/// | benchmark | names in the archive |
/// |---|---|
/// | KITTI 2012 | `000000_10.png` at the root |
/// | KITTI 2015 | `disp_0/000000_10.png` |
///
/// Sources: the development kits' readme files.
public enum SubmissionArchive {
  /// The benchmarks that take such an archive.
  public static let benchmarks: [BenchmarkName] = [.kitti2012, .kitti2015]

  /// Writes the archive.
  ///
  /// - Parameters:
  ///   - path: the zip; a file of that name is replaced.
  ///   - benchmark: one of ``benchmarks``.
  ///   - predictions: names without folder (`000000_10.png`) and the files.
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``, also if a prediction is missing; no archive is left then.
  /// - Precondition: the benchmark takes archives, and there is a prediction.
  public static func write(
    to path: String, for benchmark: BenchmarkName, predictions: [(name: String, file: String)]
  ) throws(FileError) {
    precondition(
      benchmarks.contains(benchmark) && !predictions.isEmpty, "no archive of \(predictions.count) maps for \(benchmark)"
    )
    let operation = "writing a submission"
    for prediction in predictions where !FileManager.default.isReadableFile(atPath: prediction.file) {
      throw .unwritable(path: path, operation: operation, reason: "\(prediction.file) is missing")
    }
    let folder = benchmark == .kitti2015 ? "disp_0/" : ""
    try ZipArchive.write(
      predictions.map { .init(name: folder + $0.name, file: $0.file) }, to: path, operation: operation)
  }
}
