import ImageFiles
import StereoCore

extension OutputKind {
  /// Coloured points in space.
  public static let pointCloud = OutputKind(
    "pointCloud", purpose: "Coloured points in space, without filled pixels: .ply or .pcd; needs a calibration.",
    operation: "writing a point cloud", endings: ["ply", "pcd"], needs: [.calibration]
  ) { (pair, result, settings, path) throws(FileError) in
    let calibration = settings.knownCalibration
    let complete = calibration.withPrincipalPoint(for: pair.size)
    var remarks = OutputRemarks(
      try writePointCloud(
        of: result, colouredBy: pair.leftColours, calibration: complete, to: path, selection: settings.points))
    if complete != calibration {
      remarks.warnings.append("\(path): the calibration has no principal point; the image's centre is taken for it")
    }
    return remarks
  }
}
