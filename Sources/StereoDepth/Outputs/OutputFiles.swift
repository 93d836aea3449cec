public import ImageFiles
public import StereoCore

/// The files that are written of matched pairs: checked before the work, written after it.
///
///     let files = try OutputFiles([(.depth, "depth.png"), (.preview, "preview.png")],
///       settings: OutputSettings(calibration: calibration), inputs: [("left image", "left.png")])
///     try files.prepare()
///     let remarks = try files.write(pair, result)
public struct OutputFiles: Sendable {
  /// One file.
  public struct File: Sendable {
    /// What is written.
    public let kind: OutputKind
    /// Where.
    public let path: String
  }

  /// The files, in the order in which they are written.
  public let files: [File]
  /// How they are made.
  public let settings: OutputSettings

  /// Checks that every file can be what it is asked to be.
  ///
  /// - Parameters:
  ///   - files: kinds and paths.
  ///   - settings: how outputs are made.
  ///   - inputs: what is read, such as `left image`, and its path: no output may replace one.
  /// - Throws: `StereoError.invalidOption(name:expected:found:)`: a kind that needs a calibration where there is none, an
  ///   ending that the kind cannot be written to, an output that is an input, two outputs that are one file.
  public init(
    _ files: [(kind: OutputKind, path: String)], settings: OutputSettings, inputs: [(name: String, path: String)] = []
  ) throws(StereoError) {
    self.files = files.map { File(kind: $0.kind, path: $0.path) }
    self.settings = settings
    for file in self.files { try Self.check(file, settings) }
    try refuseConflicts(outputs: files.map { ("--" + $0.kind.option, $0.path) }, inputs: inputs)
  }

  /// Whether the right image's disparities are needed.
  public var needsRightMap: Bool { files.contains { $0.kind.needs.contains(.rightMap) } }

  /// Tells before the work of matching what could not be written after it. Devices and pipes are left alone.
  ///
  /// - Throws: `unwritable(path:operation:reason:)` if a directory is missing or not writable.
  public func prepare() throws(FileError) {
    for file in files { try checkWritable(file.path, operation: file.kind.operation) }
  }

  /// Writes the files.
  ///
  /// - Parameters:
  ///   - pair: the images.
  ///   - result: what matching them gave.
  /// - Returns: what there is to say of them.
  /// - Throws: `unwritable(path:operation:reason:)`; the files before that one are written.
  public func write(_ pair: borrowing RectifiedPair, _ result: borrowing StereoResult) throws(FileError)
    -> OutputRemarks
  {
    var remarks = OutputRemarks()
    for file in files { remarks.add(try file.kind.write(pair, result, settings, file.path)) }
    return remarks
  }

  /// The paths by kind; a second format of one kind stands under `kind.ending`.
  public var pathsByKind: [(name: String, path: String)] {
    var seen: Set<String> = []
    return files.map { file in
      let isFirst = seen.insert(file.kind.name).inserted
      return (isFirst ? file.kind.name : "\(file.kind.name).\(fileExtension(file.path))", file.path)
    }
  }

  private static func check(_ file: File, _ settings: OutputSettings) throws(StereoError) {
    let (kind, path) = (file.kind, file.path)
    if kind.needs.contains(.calibration) && settings.calibration == nil {
      throw .invalidOption(
        name: "--\(kind.option)",
        expected: "a calibration, as depth needs one: --calibration, or --focal-length and --baseline",
        found: "none for \(path)")
    }
    if kind.name == OutputKind.depthPreview.name, let range = settings.previewRange, range.lowerBound <= 0 {
      throw .invalidOption(
        name: "--preview-range", expected: "depths above 0 m for \(path)",
        found: "\(range.lowerBound)..\(range.upperBound)")
    }
    let ending = fileExtension(path)
    guard kind.endings.contains(ending) else {
      throw .invalidOption(
        name: "--\(kind.option)",
        expected: "a name that ends in \(kind.endings.map { "." + $0 }.joined(separator: ", "))",
        found: path)
    }
  }
}

/// Tells whether a file could be written, before the work that it is for. Devices and pipes are left alone.
///
/// - Parameters:
///   - path: the file.
///   - operation: what will be written, for messages.
/// - Throws: `unwritable(path:operation:reason:)` if the directory is missing or not writable, or `path` is one.
public func checkWritable(_ path: String, operation: String) throws(FileError) {
  if isSpecialFile(path) { return }
  // Opening makes a temporary file, which goes when it is not committed.
  _ = try AtomicFile(path, operation: operation)
}
