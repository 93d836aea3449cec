import FoundationEssentials
public import ImageFiles

/// An estimate in a file and the truth it is scored against.
public struct FrameFiles: Sendable, Equatable {
  /// The frame's name.
  public let name: String
  /// The estimate.
  public let estimate: String
  /// The truth.
  public let truth: TruthFiles

  /// - Parameters:
  ///   - name: the frame's name.
  ///   - estimate: the file of the estimate.
  ///   - truth: the files of the truth.
  public init(name: String, estimate: String, truth: TruthFiles) {
    self.name = name
    self.estimate = estimate
    self.truth = truth
  }
}

/// Two files or two directories, matched by name, with the maps that belong to the truth.
public struct FramePairing: Sendable {
  /// The estimate or the directory of estimates.
  public var estimates: String
  /// The truth or the directory of truths.
  public var truths: String
  /// Truth with occluded pixels.
  public var occluded: String?
  /// Object maps of KITTI 2015.
  public var objects: String?
  /// Masks.
  public var masks: String?
  /// Code units of one pixel of whole-number truth.
  public var scale: Double?
  /// Score the frames that both sides have, instead of refusing.
  public var allowsMissing = false
  /// Use `calib.txt` beside a truth for its number of disparities, as Middlebury and ETH3D have it.
  public var readsCalibration = false

  /// - Parameters:
  ///   - estimates: a file or a directory.
  ///   - truths: a file or a directory.
  public init(estimates: String, truths: String) {
    self.estimates = estimates
    self.truths = truths
  }

  /// What was matched.
  public struct Result: Sendable, Equatable {
    /// Frames that both sides have, by name.
    public var frames: [FrameFiles]
    /// Names with truth only.
    public var withoutEstimate: [String]
    /// Names with an estimate only.
    public var withoutTruth: [String]
  }

  /// Matches.
  ///
  /// Directories are matched by file name without ending (`000003_10`). Where they have a folder for each scene
  /// (`Piano/disp0GT.pfm`), the folder is the name.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)`` if something is missing or a directory is empty, naming
  ///   every frame that only one side has.
  public func match() throws(FileError) -> Result {
    for path in [estimates, truths] where !FileManager.default.fileExists(atPath: path) {
      throw unreadable(path, "there is no such file or directory")
    }
    let (hasEstimates, hasTruths) = (isDirectory(estimates), isDirectory(truths))
    guard hasEstimates == hasTruths else {
      throw unreadable(
        hasEstimates ? estimates : truths,
        "it is a directory and \(hasEstimates ? truths : estimates) is a file; give two files or two directories")
    }
    guard hasEstimates else {
      let name = PathParts(truths).stem
      var truth = TruthFiles(disparities: truths, scale: scale)
      (truth.withOccluded, truth.objects, truth.mask) = (occluded, objects, masks)
      truth.calibration = calibration(beside: truths)
      return Result(
        frames: [FrameFiles(name: name, estimate: estimates, truth: truth)], withoutEstimate: [], withoutTruth: [])
    }
    return try matchDirectories()
  }

  private func matchDirectories() throws(FileError) -> Result {
    let estimateFiles = try FrameFolder(estimates, preferring: FrameFolder.disparityNames).files()
    let truthFiles = try FrameFolder(truths, preferring: FrameFolder.disparityNames).files()
    let names = truthFiles.keys.filter { estimateFiles[$0] != nil }.sorted()
    let withoutEstimate = truthFiles.keys.filter { estimateFiles[$0] == nil }.sorted()
    let withoutTruth = estimateFiles.keys.filter { truthFiles[$0] == nil }.sorted()
    if !allowsMissing || names.isEmpty {
      let hint = allowsMissing ? "no frame is left to score" : "--allow-missing scores the other \(names.count)"
      if !withoutEstimate.isEmpty {
        throw unreadable(estimates, "no estimate for \(listed(withoutEstimate)) of \(truths); \(hint)")
      }
      if !withoutTruth.isEmpty {
        throw unreadable(truths, "no truth for \(listed(withoutTruth)) of \(estimates); \(hint)")
      }
    }
    let occludedFiles = try companions(occluded, names, FrameFolder.disparityNames)
    let objectFiles = try companions(objects, names, [])
    let maskFiles = try companions(masks, names, FrameFolder.maskNames)
    var frames: [FrameFiles] = []
    for name in names {
      guard let estimate = estimateFiles[name], let path = truthFiles[name] else { continue }
      var truth = TruthFiles(disparities: path, scale: scale)
      truth.withOccluded = occludedFiles[name]
      truth.objects = objectFiles[name]
      truth.mask = maskFiles[name]
      truth.calibration = calibration(beside: path)
      frames.append(FrameFiles(name: name, estimate: estimate, truth: truth))
    }
    return Result(frames: frames, withoutEstimate: withoutEstimate, withoutTruth: withoutTruth)
  }

  /// The files of a directory that belongs to the truth: one for every frame.
  private func companions(
    _ directory: String?, _ names: [String], _ preferred: [String]
  ) throws(FileError) -> [String: String] {
    guard let directory else { return [:] }
    let files = try FrameFolder(directory, preferring: preferred).files()
    let missing = names.filter { files[$0] == nil }
    guard missing.isEmpty else { throw unreadable(directory, "no file for \(listed(missing))") }
    return files
  }

  private func calibration(beside path: String) -> String? {
    guard readsCalibration else { return nil }
    let file = PathParts.join(PathParts(path).folder.isEmpty ? "." : PathParts(path).folder, "calib.txt")
    return FileManager.default.fileExists(atPath: file) ? file : nil
  }

  private func unreadable(_ path: String, _ reason: String) -> FileError {
    .unreadable(path: path, operation: "evaluating", reason: reason)
  }
}

/// `3 frames: a, b, c`; all names, as the user needs them to repair the directory.
func listed(_ names: [String]) -> String {
  "\(names.count) frame\(names.count == 1 ? "" : "s"): \(names.joined(separator: ", "))"
}

/// True if there is a directory at `path`.
func isDirectory(_ path: String) -> Bool {
  var isDirectory = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
}
