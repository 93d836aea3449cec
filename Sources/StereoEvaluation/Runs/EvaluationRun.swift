import FoundationEssentials
public import ImageFiles
public import Kernels
public import StereoCore
import Synchronization
import Tensors

/// Scores estimates in files against truths in files, frame after frame.
///
/// Goals: the same table for every number of threads; memory of a few frames whatever their number; a damaged file is
/// named and costs only its own frame where that is allowed.
public struct EvaluationRun<Rules: EvaluationProtocol>: Sendable {
  /// The benchmark.
  public let rules: Rules
  /// Frames at the same time.
  public var parallel: Parallel
  /// Score the frames that can be read, instead of refusing.
  public var allowsMissing = false
  /// Where error images go: a file for one frame, else a directory; `nil`: none are made.
  public var errorImages: String?
  /// In which style.
  public var errorImageStyle = KITTIErrorImage.colours2015

  /// - Parameters:
  ///   - rules: the benchmark.
  ///   - parallel: frames at the same time.
  public init(_ rules: Rules, parallel: Parallel = Parallel()) {
    self.rules = rules
    self.parallel = parallel
  }

  /// What a run gives.
  public struct Result: Sendable {
    /// The frames that were scored, in the order of their names.
    public var frames: [ScoredFrame<Rules.Score>]
    /// Frames that could not be read, and why.
    public var failures: [(name: String, error: FileError)]
  }

  /// Scores every frame.
  ///
  /// - Parameters:
  ///   - files: the frames; more than one makes `errorImages` a directory.
  ///   - progress: told the share of finished frames.
  /// - Throws: the first frame's ``FileError`` unless `allowsMissing`; then only if no frame could be scored.
  ///   An error image that cannot be written always ends the run.
  public func scores(of files: [FrameFiles], progress: RunProgress = RunProgress()) throws(FileError) -> Result {
    if let errorImages, files.count > 1 { try makeDirectory(errorImages) }
    let outcomes = Mutex<[Int: Swift.Result<Rules.Score, FileError>]>([:])
    let stops = Atomic<Bool>(false)
    parallel.bands(files.count) { index in
      if stops.load(ordering: .relaxed) { return }
      let outcome = Swift.Result { () throws(FileError) in try score(files[index], isOnly: files.count == 1) }
      let done = outcomes.withLock { list in
        list[index] = outcome
        return list.count
      }
      switch outcome {
      case .failure(.unwritable): stops.store(true, ordering: .relaxed)
      case .failure where !allowsMissing: stops.store(true, ordering: .relaxed)
      default: break
      }
      try? progress.advance(files[index].name, Double(done) / Double(files.count))
    }
    var result = Result(frames: [], failures: [])
    let list = outcomes.withLock { $0 }
    for index in files.indices {
      switch list[index] {
      case .success(let score)?: result.frames.append(ScoredFrame(name: files[index].name, score: score))
      case .failure(let error)?:
        if case .unwritable = error { throw error }
        if !allowsMissing { throw error }
        result.failures.append((files[index].name, error))
      case nil: break
      }
    }
    if result.frames.isEmpty, let failure = result.failures.first { throw failure.error }
    return result
  }

  /// Scores one frame.
  private func score(_ files: FrameFiles, isOnly: Bool) throws(FileError) -> Rules.Score {
    let truth = try files.truth.read()
    let estimate = try DisparityFiles.read(files.estimate, what: "reading an estimate")
    guard rules.accepts(estimate: (estimate.width, estimate.height), for: (truth.width, truth.height)) else {
      throw .invalid(
        path: files.estimate, operation: "evaluating against \(files.truth.disparities)",
        expected: "\(PixelSize(width: truth.width, height: truth.height)) pixels as the truth has",
        found: "\(PixelSize(width: estimate.width, height: estimate.height))")
    }
    let score = rules.score(estimate, against: truth)
    guard score.truthPixels > 0 else {
      throw .invalid(
        path: files.truth.disparities, operation: "evaluating", expected: "at least one pixel with a known disparity",
        found: "none")
    }
    if let errorImages {
      guard estimate.width == truth.width else {
        throw .invalid(
          path: files.estimate, operation: "drawing its error image", expected: "the size of the truth",
          found: "an estimate of a fraction of its size")
      }
      let name = String(files.name.map { $0 == "/" ? "_" : $0 }) + ".png"
      let path = isOnly ? errorImages : PathParts.join(errorImages, name)
      try writeImage(errorImageStyle.image(of: estimate, truth: truth), to: path, operation: "writing an error image")
    }
    return score
  }
}
