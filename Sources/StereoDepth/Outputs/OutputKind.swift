public import ImageFiles
public import StereoCore

/// A kind of output: what can be written of a matched pair, in which formats, and how.
///
/// A new kind is one file with a value of this type and one line in ``OutputRegistry``; a package's user adds his own with
/// ``OutputRegistry/register(_:)``. The command line has an option of its ``option`` name for every kind then.
public struct OutputKind: Sendable {
  /// Its name in reports, such as `rightDisparity`; unique.
  public let name: String
  /// What it holds, and in which formats: a sentence.
  public let purpose: String
  /// What is done, for messages, such as `writing a depth map`.
  public let operation: String
  /// Endings of file names that it can be written to, lower case without the dot, the usual one first.
  public let endings: [String]
  /// What must be there for it.
  public let needs: Set<OutputNeed>
  /// Writes it.
  public let write: Writer

  /// Writes one file.
  ///
  /// - Parameters:
  ///   - pair: the images.
  ///   - result: what matching them gave.
  ///   - settings: how outputs are made, with the calibration.
  ///   - path: the file; its ending is one of ``endings``.
  /// - Returns: what the file could not hold, and what was left out of it.
  /// - Throws: `unwritable(path:operation:reason:)`; then no file of this name was touched.
  public typealias Writer =
    @Sendable (
      _ pair: borrowing RectifiedPair, _ result: borrowing StereoResult, _ settings: OutputSettings, _ path: String
    ) throws(FileError) -> OutputRemarks

  /// - Parameters:
  ///   - name: its name in reports, lower camel case.
  ///   - purpose: what it holds, and in which formats.
  ///   - operation: what is done, for messages.
  ///   - endings: endings of file names, lower case without the dot, the usual one first; at least one.
  ///   - needs: what must be there.
  ///   - write: writes it.
  public init(
    _ name: String, purpose: String, operation: String, endings: [String], needs: Set<OutputNeed> = [],
    write: @escaping Writer
  ) {
    precondition(!name.isEmpty && !endings.isEmpty, "OutputKind: a name and an ending are needed")
    self.name = name
    self.purpose = purpose
    self.operation = operation
    self.endings = endings
    self.needs = needs
    self.write = write
  }

  /// Its name as an option without the dashes: `right-disparity` for `rightDisparity`.
  public var option: String {
    name.reduce(into: "") { text, letter in text += letter.isUppercase ? "-" + letter.lowercased() : String(letter) }
  }
}

/// What must be there for an output.
public enum OutputNeed: Sendable, Hashable {
  /// A calibration: disparity becomes depth.
  case calibration
  /// The disparities of the right image, which methods compute only when asked.
  case rightMap
}

/// How outputs are made.
public struct OutputSettings: Sendable, Equatable {
  /// What turns disparity into depth.
  public var calibration: StereoCalibration?
  /// Whether the preview has a bar with the colours' disparities.
  public var hasLegend = false
  /// The values of the first and the last colour: pixels in a preview, metres in a depth preview; nil: those of nearly all pixels.
  public var previewRange: ClosedRange<Float>?
  /// Which pixels become points.
  public var points = PointSelection()

  /// Settings without legend, with colours for nearly all pixels, and points for those that were matched.
  ///
  /// - Parameter calibration: what turns disparity into depth, if there is one.
  public init(calibration: StereoCalibration? = nil) { self.calibration = calibration }
}

/// What there is to say of files that were written, one sentence each.
public struct OutputRemarks: Sendable, Equatable {
  /// What may be wrong, such as values that a format cannot hold.
  public var warnings: [String]
  /// What was done, such as points that were left out.
  public var notes: [String]

  /// - Parameters:
  ///   - warnings: what may be wrong.
  ///   - notes: what was done.
  public init(warnings: [String] = [], notes: [String] = []) {
    self.warnings = warnings
    self.notes = notes
  }

  /// The remarks of a writer of maps.
  public init(_ report: WriteReport) {
    self.init(warnings: report.warning.map { [$0] } ?? [], notes: report.note.map { [$0] } ?? [])
  }

  /// Adds the remarks of another file.
  mutating func add(_ other: OutputRemarks) {
    warnings += other.warnings
    notes += other.notes
  }
}
