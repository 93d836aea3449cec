import FoundationEssentials
public import ImageFiles
import StereoCore
import Tensors

/// What a benchmark run has done so far, in files, so that it can be stopped at any moment and go on.
///
///     run.json                 the method and everything that its result depends on
///     predictions/FRAME.png    KITTI's 16-bit PNG, or .pfm for the other benchmarks
///     confidence/FRAME.png     8 bits, 255 · confidence
///     frames/FRAME.json        time, score and statistics
///
/// Every file gets its name only when it is whole, and a frame's JSON is written last: a frame is done if and only if its
/// JSON is there. A process that is killed leaves at most unnamed pieces, which the next one
/// removes; what another process still writes stays.
public struct PredictionStore: Sendable {
  /// The directory.
  public let directory: String
  /// `png` or `pfm`.
  public let predictionEnding: String

  /// How predictions are stored.
  public enum Predictions: String, Sendable {
    /// KITTI's 16-bit PNG, as its server takes it.
    case png
    /// 32-bit reals, which lose nothing.
    case pfm
  }

  private static let folders = ["predictions", "confidence", "frames"]

  /// Opens a store, or makes it.
  ///
  /// - Parameters:
  ///   - directory: where it is.
  ///   - benchmark: KITTI's predictions are PNG, the others PFM.
  ///   - identity: everything that the result depends on, one line.
  ///   - predictions: how predictions are stored; `nil`: as the benchmark's server takes them.
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if the
  ///   directory has a run of another identity, which would be mixed with this one.
  public init(_ directory: String, benchmark: BenchmarkName, identity: String, predictions: Predictions? = nil)
    throws(FileError)
  {
    self.directory = directory
    let usual: Predictions = benchmark == .kitti2012 || benchmark == .kitti2015 ? .png : .pfm
    predictionEnding = (predictions ?? usual).rawValue
    for folder in Self.folders { try makeDirectory(join(folder)) }
    for folder in Self.folders { AtomicFile.removeAbandoned(in: join(folder)) }
    AtomicFile.removeAbandoned(in: directory)
    let path = join("run.json")
    let text = OrderedJSON.object([("run", .string(identity))]).text + "\n"
    guard let stored = FileManager.default.contents(atPath: path) else {
      try AtomicFile.save(Array(text.utf8), to: path, operation: "beginning a benchmark run")
      return
    }
    guard stored == Data(text.utf8) else {
      throw .invalid(
        path: path, operation: "going on with a benchmark run",
        expected: "this run, \(identity)", found: "another one; choose another --output-directory or remove this one")
    }
  }

  /// The file of a frame's prediction.
  public func prediction(of frame: BenchmarkFrame) -> String {
    join("predictions/\(frame.fileName).\(predictionEnding)")
  }

  /// The file of a frame's confidence.
  public func confidence(of frame: BenchmarkFrame) -> String { join("confidence/\(frame.fileName).png") }

  /// The record of a frame that is done; `nil` if it is not, or if its files are not whole.
  public func record<Score: FrameScore>(of frame: BenchmarkFrame, as: Score.Type) -> FrameRecord<Score>? {
    guard let data = FileManager.default.contents(atPath: recordPath(frame)),
      FileManager.default.fileExists(atPath: prediction(of: frame))
    else { return nil }
    guard let record = try? JSONDecoder().decode(FrameRecord<Score>.self, from: data), record.isWhole,
      isWhole(frame, record)
    else { return nil }
    return record
  }

  /// Whether the maps of a frame can still be read: a full disk or a copy that was cut short leaves others.
  private func isWhole<Score: FrameScore>(_ frame: BenchmarkFrame, _ record: FrameRecord<Score>) -> Bool {
    guard let map = try? readDisparity(prediction(of: frame)), map.width == record.width, map.height == record.height
    else { return false }
    let confidence = confidence(of: frame)
    return !FileManager.default.fileExists(atPath: confidence) || (try? readImage(confidence)) != nil
  }

  /// Stores a frame: its record last.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  func finish<Score: FrameScore>(_ frame: BenchmarkFrame, _ record: FrameRecord<Score>) throws(FileError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let data: Data
    do {
      data = try encoder.encode(record)
    } catch {
      throw .unwritable(path: recordPath(frame), operation: "storing a frame's score", reason: "\(error)")
    }
    try AtomicFile.save(Array(data) + [0x0A], to: recordPath(frame), operation: "storing a frame's score")
  }

  /// Writes a prediction.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  /// - Returns: a warning if the format could not hold every disparity.
  func write(_ map: borrowing DisparityMap, of frame: BenchmarkFrame) throws(FileError) -> String? {
    try writeDisparity(map, to: prediction(of: frame)).warning
  }

  /// Writes a confidence map with 8 bits.
  ///
  /// - Throws: ``FileError/unwritable(path:operation:reason:)``.
  func write(_ map: borrowing ConfidenceMap, of frame: BenchmarkFrame) throws(FileError) {
    var bytes = Plane<UInt8>(width: map.width, height: map.height, repeating: 0)
    for y in 0..<map.height {
      let source = map.values.row(y)
      var row = bytes.mutableRow(y)
      for x in row.indices { row[x] = UInt8(min(max(source[x], 0), 1) * 255 + 0.5) }
    }
    try writeImage(
      Image(format: .gray8, bytes: bytes), to: confidence(of: frame), operation: "storing a frame's confidence")
  }

  private func recordPath(_ frame: BenchmarkFrame) -> String { join("frames/\(frame.fileName).json") }

  private func join(_ name: String) -> String {
    PathParts.join(directory, name)
  }
}

/// What is stored of a frame that is done.
public struct FrameRecord<Score: FrameScore>: Codable, Sendable, Equatable {
  /// The frame's name.
  public let name: String
  /// Time of the matching alone, seconds.
  public let seconds: Double
  /// Width and height, pixels.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The score; `nil` without truth.
  public let score: Score?
  /// How large the errors are; `nil` without truth.
  public let distribution: ErrorDistribution?
  /// Whether the confidence knows where the errors are; `nil` without truth.
  public let sparsification: Sparsification?
  /// What the method noticed.
  public let warnings: [String]

  /// Whether every list has the length that it is written with; a record of others' making may have any.
  var isWhole: Bool {
    score?.isWhole != false && distribution?.isWhole != false && sparsification?.isWhole != false
  }
}
