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

  /// Files of a pair.
  struct Paths {
    let left: String
    let right: String
    let mask: String?
    let rightMask: String?

    /// An error about the files together names all of them.
    func failure(_ error: StereoError) -> Failure {
      Failure(.data, "\([left, right, mask, rightMask].compactMap { $0 }.joined(separator: ", ")): \(error)")
    }
  }

  /// Reads the images, their masks and their calibration, and rectifies what is raw.
  static func read(_ paths: Paths, calibration arguments: CalibrationArguments, parallel: Parallel) throws -> MatchInput
  {
    let stored = try arguments.read(image: paths.left)
    let left = try readImage(paths.left)
    let right = try readImage(paths.right)
    if !arguments.rigs.rig.isEmpty {
      guard left.size == right.size else { throw paths.failure(.mismatchedSizes(left: left.size, right: right.size)) }
      return try rectified(left, right, paths, arguments, parallel)
    }
    let fitted = try arguments.fitted(stored, to: left.size)
    do {
      let pair = try RectifiedPair(
        left: left, right: right, leftMask: paths.mask.map(readMask), rightMask: paths.rightMask.map(readMask))
      return MatchInput(
        pair: pair, calibration: fitted.calibration, notes: fitted.notes, warnings: fitted.warnings)
    } catch let error as StereoError { throw paths.failure(error) }
  }

  /// Rectifies two raw images of one size. Masks of the user belong to rectified images.
  private static func rectified(
    _ left: borrowing Image, _ right: borrowing Image, _ paths: Paths, _ arguments: CalibrationArguments,
    _ parallel: Parallel
  ) throws -> MatchInput {
    if paths.mask != nil || paths.rightMask != nil {
      throw Failure(
        .usage, "--mask and --right-mask are for rectified images; --rig masks by itself what it does not show")
    }
    let (rig, notes, warnings) = try arguments.rigs.read(image: paths.left, size: left.size)
    let rectification = try Rectification(rig)
    let rectifier = try Rectifier(rectification, parallel: parallel)
    let pair = try RectifiedPair(
      left: rectifier.rectify(left, .left), right: rectifier.rectify(right, .right), leftMask: rectifier.mask(.left),
      rightMask: rectifier.mask(.right))
    let c = rectification.principalPoints.left
    let note =
      "rectified by \(arguments.rigs.rig[0]): f \(rectification.focalLength) px, centre (\(c.x), \(c.y)), "
      + "baseline \(rig.baseline) m"
    return MatchInput(
      pair: pair, calibration: try arguments.fitted(rectification.calibration(), to: rectification.size).calibration,
      notes: notes + [note], warnings: warnings)
  }
}
