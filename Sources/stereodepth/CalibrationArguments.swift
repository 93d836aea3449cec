import ArgumentParser
import StereoDepth

/// The options that say how disparity becomes depth.
struct CalibrationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Calibration of the pair: KITTI, Middlebury, OpenCV YAML, ROS camera_info or K.txt.", valueName: "file"))
  var calibration: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Focal length of the rectified cameras, pixels.", valueName: "pixels"))
  var focalLength: Double?

  @Option(parsing: .unconditional, help: ArgumentHelp("Distance of the cameras, metres.", valueName: "metres"))
  var baseline: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("cx of the right camera less cx of the left one, pixels. Default: 0.", valueName: "pixels"))
  var doffs: Double?

  func validate() throws {
    if calibration != nil && (focalLength != nil || baseline != nil || doffs != nil) {
      throw ValidationError("--calibration and --focal-length, --baseline, --doffs exclude each other")
    }
    if (focalLength == nil) != (baseline == nil) {
      throw ValidationError("--focal-length and --baseline belong together")
    }
    if doffs != nil && focalLength == nil { throw ValidationError("--doffs needs --focal-length and --baseline") }
  }

  /// What is wrong with a calibration that was made for images of another size: f, doffs and the principal point scale
  /// with the images.
  func warning(_ read: StereoCalibration?, for size: PixelSize) -> String? {
    guard let calibration, let made = read?.imageSize, made != size else { return nil }
    return "\(calibration): it is for images of \(made), these are \(size); "
      + "depths are wrong unless they were cropped on the right or below"
  }

  /// The calibration that the options name, if any.
  func read() throws -> StereoCalibration? {
    if let calibration { return try readCalibration(calibration) }
    guard let focalLength, let baseline else { return nil }
    return try StereoCalibration(focalLength: focalLength, baseline: baseline, disparityOffset: doffs ?? 0)
  }
}
