internal import CZip
import FoundationEssentials
public import ImageFiles

/// Predictions as a benchmark's server wants them: one zip.
///
/// | benchmark | names in the archive |
/// |---|---|
/// | KITTI 2012 | `000000_10.png` at the root |
/// | KITTI 2015 | `disp_0/000000_10.png` |
///
/// Sources: the development kits' readme files. The archive is written by libzip into a temporary file that it renames.
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
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else {
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      throw .unwritable(path: path, operation: operation, reason: String(cString: zip_error_strerror(&error)))
    }
    func fail() -> FileError {
      let reason = String(cString: zip_error_strerror(zip_get_error(archive)))
      zip_discard(archive)
      return .unwritable(path: path, operation: operation, reason: reason)
    }
    let folder = benchmark == .kitti2015 ? "disp_0/" : ""
    for prediction in predictions {
      guard let source = zip_source_file(archive, prediction.file, 0, -1) else { throw fail() }
      let index = zip_file_add(archive, folder + prediction.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
      guard index >= 0 else {
        zip_source_free(source)
        throw fail()
      }
      // PNG is deflated already; a fixed time makes the same predictions the same archive.
      zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_STORE, 0)
      zip_file_set_mtime(archive, zip_uint64_t(index), 315_532_800, 0)
    }
    if zip_close(archive) != 0 { throw fail() }
  }
}
