import StereoDepth

/// Writes what `match` found.
struct MatchWriter {
  /// Turns disparity into depth, if there is one.
  let calibration: StereoCalibration?
  /// Whether the preview has a bar with the colours' disparities.
  let legend: Bool

  /// Writes one file; what it could not hold comes back as sentences.
  func write(
    _ kind: OutputArguments.Kind, to path: String, pair: borrowing RectifiedPair, result: borrowing StereoResult
  ) throws -> [String] {
    var warning: String?
    var notes: [String] = []
    switch kind {
    case .disparity: warning = try writeDisparity(result.left, to: path).warning
    case .rightDisparity: warning = try writeDisparity(result.right, to: path).warning
    case .depth:
      if let calibration { warning = try writeDepth(DepthMap(of: result.left, with: calibration), to: path).warning }
    case .confidence: warning = try writeConfidence(result.confidence, to: path).warning
    case .validity: try writeValidity(result.left, to: path)
    case .preview:
      try writePreview(of: result.left, to: path, options: PreviewOptions(hasLegend: legend))
    case .pointCloud:
      guard let calibration else { break }
      let complete = try withPrincipalPoint(calibration, size: pair.size)
      if complete != calibration {
        notes.append("\(path): the calibration has no principal point; the image's centre is taken for it")
      }
      warning = try writePointCloud(of: result.left, colouredBy: pair.leftColours, calibration: complete, to: path).warning
    }
    return notes + (warning.map { [$0] } ?? [])
  }

  /// The calibration with the image's centre as principal point where it has none.
  private func withPrincipalPoint(_ calibration: StereoCalibration, size: PixelSize) throws -> StereoCalibration {
    guard calibration.principalPoint == nil else { return calibration }
    return try StereoCalibration(
      focalLength: calibration.focalLength, baseline: calibration.baseline,
      disparityOffset: calibration.disparityOffset,
      principalPoint: .init(x: Double(size.width - 1) / 2, y: Double(size.height - 1) / 2),
      disparityCount: calibration.disparityCount, imageSize: calibration.imageSize)
  }
}
