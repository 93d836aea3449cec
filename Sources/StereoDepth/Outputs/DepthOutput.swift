import ImageFiles
import StereoCore

extension OutputKind {
  /// The depths of the left image's pixels.
  public static let depth = OutputKind(
    "depth", purpose: "Depth: .png (16-bit millimetres), .pfm or .npy (metres); needs a calibration.",
    operation: "writing a depth map", endings: ["png", "pfm", "npy"], needs: [.calibration]
  ) { (_, result, settings, path) throws(FileError) in
    let calibration = settings.knownCalibration
    return OutputRemarks(try writeDepth(DepthMap(of: result.left, with: calibration), to: path))
  }
}

extension OutputSettings {
  /// The calibration of a kind that needs one.
  ///
  /// - Precondition: there is one, as ``OutputFiles`` checks.
  var knownCalibration: StereoCalibration {
    guard let calibration else { preconditionFailure("an output needs a calibration and none was given") }
    return calibration
  }
}
