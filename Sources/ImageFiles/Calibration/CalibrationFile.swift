public import StereoCore

/// Which cameras of a car that has two pairs: KITTI's P0 and P1 are gray, P2 and P3 colour.
public enum CameraPair: String, CaseIterable, Sendable {
  /// P0 and P1.
  case gray
  /// P2 and P3.
  case colour
}

/// One format of calibration files. A new format is one file with a value of this type, and one line in ``all``.
struct CalibrationFormat: Sendable {
  /// As people call it.
  let name: String
  /// True if a text looks like this format.
  let recognises: @Sendable (String) -> Bool
  /// Reads it.
  let read: @Sendable (CalibrationText) throws(FileError) -> StereoCalibration

  /// Every format, in the order in which texts are compared with them.
  static let all: [CalibrationFormat] = [.openCV, .cameraInfo, .middlebury, .kitti, .intrinsicsAndBaseline]
}

/// Reads a stereo calibration.
///
/// The format is chosen by content: KITTI (`P0:` … `P3:`, `P_rect_00:` …), Middlebury `calib.txt`, OpenCV FileStorage YAML
/// (`Q`, or `P1` and `P2`), ROS camera_info YAML, FoundationStereo `K.txt`.
///
/// ROS has one file a camera. The right one is `right`; or the file has both as two YAML documents or under the keys `left`
/// and `right`; or the right one lies beside the left one, with `right` in its name where that has `left`.
///
/// - Parameters:
///   - right: the right camera's file, where the format has one a camera.
///   - cameras: which pair of a KITTI file; the other one is taken where the file has only that.
/// - Throws: ``FileError``; also for a calibration without baseline, with wrong counts, or with numbers that are not finite.
public func readCalibration(
  _ path: String, right: String? = nil, cameras: CameraPair = .gray
) throws(FileError) -> StereoCalibration {
  let text = try CalibrationText(path, right: right, cameras: cameras)
  return try text.format().read(text)
}

/// A calibration from a file's bytes; as ``readCalibration(_:right:cameras:)``.
package func readCalibration(_ content: FileContent) throws(FileError) -> StereoCalibration {
  let text = CalibrationText(content, operation: "reading a calibration")
  return try text.format().read(text)
}

/// The description of a calibration file.
func describeCalibration(_ content: FileContent) throws(FileError) -> FileDescription {
  let text = CalibrationText(content, operation: inspecting)
  let format = try text.format()
  let calibration = try format.read(text)
  var description = FileDescription(path: content.path, kind: .calibration, format: format.name)
  description.size = calibration.imageSize
  description.add("focalLength", calibration.focalLength)
  description.add("baseline", calibration.baseline)
  description.add("doffs", calibration.disparityOffset)
  if let point = calibration.principalPoint {
    description.add("cx", point.x)
    description.add("cy", point.y)
  }
  if let count = calibration.disparityCount { description.add("ndisp", Double(count)) }
  return description
}

/// The text of a calibration file and what the caller asked for.
struct CalibrationText {
  /// The file.
  let path: String
  /// What it is read for, in messages.
  let operation: String
  /// The whole text.
  let text: String
  /// The right camera's file, where the format has one a camera.
  var right: String?
  /// Which pair of a KITTI file.
  var cameras = CameraPair.gray

  /// No calibration is longer than a megabyte.
  static let greatestByteCount = 1 << 20

  init(_ content: FileContent, operation: String) {
    path = content.path
    self.operation = operation
    text = String(decoding: content.bytes.prefix(Self.greatestByteCount), as: UTF8.self)
  }

  init(_ path: String, right: String? = nil, cameras: CameraPair = .gray) throws(FileError) {
    let operation = "reading a calibration"
    try self.init(
      FileContent(of: path, operation: operation, limit: Self.greatestByteCount), operation: operation)
    self.right = right
    self.cameras = cameras
  }

  /// The format that the text looks like.
  func format() throws(FileError) -> CalibrationFormat {
    guard let format = CalibrationFormat.all.first(where: { $0.recognises(text) }) else {
      let known = CalibrationFormat.all.map(\.name).joined(separator: ", ")
      throw invalid(
        expected: operation == inspecting ? "an image, a map or a calibration" : "one of \(known)",
        found: quoted(text))
    }
    return format
  }

  /// The error that the file is not what it must be.
  func invalid(expected: String, found: String) -> FileError {
    .invalid(path: path, operation: operation, expected: expected, found: found)
  }

  /// Takes `text` apart into numbers at blanks, commas, semicolons and brackets.
  ///
  /// - Throws: ``FileError/invalid(path:operation:expected:found:)`` if there are not `count`, or one is not finite.
  func numbers(_ name: String, _ text: some StringProtocol, count: Int) throws(FileError) -> [Double] {
    let words = text.split { $0.isWhitespace || ",;[]".contains($0) }
    let values = words.compactMap { Double($0) }.filter(\.isFinite)
    guard values.count == words.count, values.count == count else {
      let found = values.count == words.count ? "\(values.count) numbers" : quoted(String(text))
      throw invalid(expected: "\(name) of \(count) finite number\(count == 1 ? "" : "s")", found: found)
    }
    return values
  }

  /// The calibration of these numbers.
  func calibration(
    focalLength: Double, baseline: Double, disparityOffset: Double, centre: (x: Double, y: Double)?,
    disparityCount: Int? = nil, size: PixelSize? = nil
  ) throws(FileError) -> StereoCalibration {
    guard focalLength.isFinite, focalLength > 0 else {
      throw invalid(expected: "a positive focal length in pixels", found: "\(focalLength)")
    }
    guard baseline.isFinite, baseline > 0 else {
      throw invalid(
        expected: "a positive baseline (the right camera to the right of the left one)", found: "\(baseline) m")
    }
    do throws(StereoError) {
      return try StereoCalibration(
        focalLength: focalLength, baseline: baseline, disparityOffset: disparityOffset,
        principalPoint: centre.map { StereoCalibration.PrincipalPoint(x: $0.x, y: $0.y) },
        disparityCount: disparityCount, imageSize: size)
    } catch {
      throw invalid(expected: "a usable calibration", found: "\(error)")
    }
  }
}
