import ImageFiles
import StereoCore

extension OutputKind {
  /// The disparities of the left image in colours.
  public static let preview = OutputKind(
    "preview", purpose: "The disparity in colours: .png.", operation: "writing a preview", endings: ["png"]
  ) { (_, result, settings, path) throws(FileError) in
    let options = PreviewOptions(range: settings.previewRange, hasLegend: settings.hasLegend)
    try writePreview(of: result.left, to: path, options: options)
    return OutputRemarks()
  }

  /// The depths in colours, with a scale.
  public static let depthPreview = OutputKind(
    "depthPreview", purpose: "The depth in colours, with a scale in metres: .png; needs a calibration.",
    operation: "writing a depth preview", endings: ["png"], needs: [.calibration]
  ) { (_, result, settings, path) throws(FileError) in
    let depths = DepthMap(of: result.left, with: settings.knownCalibration)
    try writeDepthPreview(of: depths, to: path, range: settings.previewRange)
    return OutputRemarks()
  }
}
