import ArgumentParser
import StereoDepth

/// The options that say how disparity becomes depth.
struct CalibrationArguments: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Calibration of the rectified pair, in any format that `inspect` knows; twice for one file a camera, left first.",
      valueName: "file"))
  var calibration: [String] = []

  @OptionGroup var rigs: RigArguments

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Focal length of the rectified cameras, pixels; instead of the calibration's.", valueName: "pixels"))
  var focalLength: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Distance of the cameras, metres; instead of the calibration's.", valueName: "metres"))
  var baseline: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "cx of the right camera less cx of the left one, pixels; instead of the calibration's. Default: 0.",
      valueName: "pixels"))
  var doffs: Double?

  func validate() throws {
    if calibration.count > 2 {
      throw ValidationError("--calibration: expected one file or two (left, right), found \(calibration.count)")
    }
    if !calibration.isEmpty && !rigs.rig.isEmpty {
      throw ValidationError("--calibration is for rectified pairs, --rig for raw ones: give one of them")
    }
    guard calibration.isEmpty && rigs.rig.isEmpty else { return }
    if (focalLength == nil) != (baseline == nil) {
      throw ValidationError("--focal-length and --baseline belong together where there is no --calibration")
    }
    if doffs != nil && focalLength == nil {
      throw ValidationError("--doffs needs --focal-length and --baseline, or --calibration")
    }
    if rigs.cameras != nil { throw ValidationError("--cameras needs --calibration or --rig") }
    if rigs.baselineUnit != nil && baseline == nil {
      throw ValidationError("--baseline-unit needs --calibration or --baseline")
    }
  }

  /// Whether depth can be told.
  var isGiven: Bool { !calibration.isEmpty || !rigs.rig.isEmpty || focalLength != nil }

  /// The calibration of a rectified pair that the options name, if any, for the images that it was made for.
  ///
  /// - Parameter image: the left image, whose folder may tell the pair of cameras.
  func read(image: String) throws -> StereoCalibration? {
    guard let path = calibration.first else {
      guard rigs.rig.isEmpty, let focalLength, let baseline else { return nil }
      return try StereoCalibration(
        focalLength: focalLength, baseline: metres(baseline), disparityOffset: doffs ?? 0)
    }
    let right = calibration.count == 2 ? calibration[1] : nil
    return try readCalibration(path, right: right, cameras: rigs.cameras, image: image, baselineUnit: rigs.baselineUnit)
  }

  /// The calibration for images of this size, single values replaced, and what is to be said about it.
  ///
  /// Values of the command line are meant for the images as they are, so they replace those of the scaled calibration.
  func fitted(
    _ read: StereoCalibration?, to size: PixelSize
  ) throws -> (calibration: StereoCalibration?, notes: [String], warnings: [String]) {
    guard var result = read else { return (nil, [], []) }
    var (notes, warnings) = ([] as [String], [] as [String])
    let name = calibration.first.map { "\($0): " } ?? ""
    if let made = result.imageSize, made != size {
      if let scaled = result.scaled(to: size) {
        result = scaled
        notes.append("\(name)it is for images of \(made), these are \(size): f, cx, cy and doffs are scaled")
      } else {
        warnings.append(
          "\(name)it is for images of \(made), these are \(size); "
            + "depths are wrong unless they were cropped on the right or below")
      }
    }
    if !calibration.isEmpty || !rigs.rig.isEmpty { result = try replacingSingleValues(of: result) }
    return (result, notes, warnings + result.doubts(for: size).map { name + $0 })
  }

  private func metres(_ length: Double) -> Double { length * (rigs.baselineUnit ?? .metres).metres }

  /// The calibration with the values of `--focal-length`, `--baseline` and `--doffs`.
  private func replacingSingleValues(of read: StereoCalibration) throws -> StereoCalibration {
    let scale = (focalLength ?? read.focalLength) / read.focalLength
    return try StereoCalibration(
      focalLength: focalLength ?? read.focalLength, verticalFocalLength: read.verticalFocalLength * scale,
      baseline: baseline.map(metres) ?? read.baseline, disparityOffset: doffs ?? read.disparityOffset,
      principalPoint: read.principalPoint, disparityCount: read.disparityCount, imageSize: read.imageSize)
  }
}
