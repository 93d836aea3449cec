public import StereoCore

/// One format of calibration files. A new format is one file with a value of this type, and one line in ``all``.
struct CalibrationFormat: Sendable {
  /// As people call it.
  let name: String
  /// True if a text has the keys of this format.
  let recognises: @Sendable (CalibrationText) -> Bool
  /// Reads the calibration of a rectified pair, where such files have one.
  var read: (@Sendable (CalibrationText) throws(FileError) -> StereoCalibration)?
  /// Reads two raw cameras, where such files have them.
  var readRig: (@Sendable (CalibrationText) throws(FileError) -> Rig)?
  /// Reads one raw camera, where such files have one a camera; `nil` if the file has another number of them.
  var readCamera: (@Sendable (CalibrationText) throws(FileError) -> RigCamera?)?

  /// Every format, in the order in which texts are compared with them: those whose keys tell more come first.
  static let all: [CalibrationFormat] = [
    .dsec, .kalibr, .euroc, .depthAI, .stereoDemo, .zed, .orbSLAM, .kitti, .cameraInfo, .openCV, .ost, .middlebury,
    .intrinsicsAndBaseline,
  ]
}

/// Reads the calibration of a rectified pair.
///
/// The format is chosen by the keys of the file, whatever its name and header: KITTI and DrivingStereo (`P0`, `P_rect_00`,
/// `P_rect_101` …), Middlebury and ETH3D `calib.txt`, OpenCV FileStorage in YAML, XML or JSON (`Q`, or `P1` and `P2`, at any
/// level), ROS camera_info, `ost.txt`, ORB-SLAM settings of rectified images, DSEC, stereodemo, FoundationStereo's `K.txt`.
///
/// ROS has one file a camera. The right one is `right`; or the file has both as two YAML documents or under keys such as
/// `left` and `right`; or the right one lies beside the left one, with `right` in its name where that has `left`.
///
/// - Parameters:
///   - path: the file.
///   - right: the right camera's file, where the format has one a camera.
///   - cameras: which pair of a file with several; `nil`: the pair that `image` belongs to, else the file's first one.
///   - image: the left image; its folder (`image_2`, `image_02`) tells which pair of a KITTI file it belongs to.
///   - baselineUnit: the unit of the file's lengths; `nil`: the format's own (millimetres for Middlebury, else metres).
/// - Throws: ``FileError``; also for a calibration without baseline, with wrong counts, with numbers that are not finite or
///   contradict each other, and for raw cameras.
public func readCalibration(
  _ path: String, right: String? = nil, cameras: CameraPair? = nil, image: String? = nil,
  baselineUnit: LengthUnit? = nil
) throws(FileError) -> StereoCalibration {
  var text = try CalibrationText(path, operation: "reading a calibration")
  if let right { text.rights = [try CalibrationText(right, operation: text.operation)] }
  text.cameras = cameras
  text.image = image
  text.baselineUnit = baselineUnit
  return try text.calibration(as: text.format())
}

/// A calibration from a file's bytes; as ``readCalibration(_:right:cameras:image:baselineUnit:)``.
package func readCalibration(_ content: FileContent) throws(FileError) -> StereoCalibration {
  let text = CalibrationText(content, operation: "reading a calibration")
  return try text.calibration(as: text.format())
}
