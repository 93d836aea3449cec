import StereoDepth

/// What `match` matches: the pair, rectified where its cameras are raw, its calibration, and what is to be said about them.
struct MatchInput: ~Copyable {
  /// The rectified pair, with masks where it shows nothing.
  let pair: RectifiedPair
  /// What turns its disparities into depth, if that is known.
  let calibration: StereoCalibration?
  /// What was done with the cameras.
  let notes: [String]
  /// What is doubtful about them.
  let warnings: [String]

  /// Reads the images, their masks and their calibration, and rectifies what is raw.
  static func read(
    _ images: ImageArguments, calibration arguments: CalibrationArguments, parallel: Parallel
  ) throws -> MatchInput {
    let stored = try arguments.read(image: images.left)
    let pair = try images.readPair()
    if !arguments.rigs.rig.isEmpty { return try rectified(pair, images, arguments, parallel) }
    let fitted = try arguments.fitted(stored, to: pair.size)
    return MatchInput(pair: pair, calibration: fitted.calibration, notes: fitted.notes, warnings: fitted.warnings)
  }

  /// Rectifies a raw pair. Masks of the user belong to rectified images.
  private static func rectified(
    _ raw: borrowing RectifiedPair, _ images: ImageArguments, _ arguments: CalibrationArguments, _ parallel: Parallel
  ) throws -> MatchInput {
    if images.mask != nil || images.rightMask != nil {
      throw Failure(
        .usage, "--mask and --right-mask are for rectified images; --rig masks by itself what it does not show")
    }
    let (rig, notes, warnings) = try arguments.rigs.read(image: images.left, size: raw.size)
    let rectification = try Rectification(rig)
    let rectifier = try Rectifier(rectification, parallel: parallel)
    let pair = try RectifiedPair(
      left: rectifier.rectify(raw.left, .left), right: rectifier.rectify(raw.right, .right),
      leftMask: rectifier.mask(.left), rightMask: rectifier.mask(.right))
    let c = rectification.principalPoints.left
    let note =
      "rectified by \(arguments.rigs.rig[0]): f \(rectification.focalLength) px, centre (\(c.x), \(c.y)), "
      + "baseline \(rig.baseline) m"
    return MatchInput(
      pair: pair, calibration: try arguments.fitted(rectification.calibration(), to: rectification.size).calibration,
      notes: notes + [note], warnings: warnings)
  }
}
