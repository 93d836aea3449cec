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
    switch kind {
    case .disparity: warning = try writeDisparity(result.left, to: path).warning
    case .rightDisparity: warning = try writeDisparity(result.right, to: path).warning
    case .depth:
      if let calibration { warning = try writeDepth(DepthMap(of: result.left, with: calibration), to: path).warning }
    case .confidence: warning = try writeConfidence(result.confidence, to: path).warning
    case .validity: try writeValidity(result.left, to: path)
    case .preview: try writePreview(of: result.left, to: path, legend: legend)
    case .pointCloud:
      if let calibration {
        try writePointCloud(of: result.left, colours: pair.left, calibration: calibration, to: path)
      }
    }
    return warning.map { [$0] } ?? []
  }
}
