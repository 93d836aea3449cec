public import StereoCore

/// Writes what a rectified pair is: an OpenCV FileStorage with `R1`, `R2`, `P1`, `P2`, `Q` and the size of the images, which
/// ``readCalibration(_:right:cameras:image:baselineUnit:)`` and OpenCV read.
///
/// - Parameters:
///   - matrices: names and numbers row by row; 9 numbers are 3×3, 12 are 3×4, 16 are 4×4.
///   - size: size of the rectified images.
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
public func writeCalibration(
  _ matrices: [(name: String, values: [Double])], size: PixelSize, to path: String
) throws(FileError) {
  var text = "%YAML:1.0\n---\n# A rectified pair, metres and pixels; made by StereoDepth.\n"
  text += "image_width: \(size.width)\nimage_height: \(size.height)\n"
  for (name, values) in matrices {
    precondition([9, 12, 16].contains(values.count), "writeCalibration: \(name) of \(values.count) numbers")
    let rows = values.count == 16 ? 4 : 3
    text += "\(name): !!opencv-matrix\n   rows: \(rows)\n   cols: \(values.count / rows)\n   dt: d\n   data: ["
    text += values.map { " \($0)" }.joined(separator: ",") + " ]\n"
  }
  try AtomicFile.save(Array(text.utf8), to: path, operation: "writing a calibration")
}
