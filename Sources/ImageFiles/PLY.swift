public import StereoCore
import Tensors

extension FileFormat {
  /// Stanford's polygon format, written binary with the least significant byte first; files are only described.
  ///
  /// Source: Turk, *The PLY polygon file format*, 1994.
  public static let ply = FileFormat(
    name: "PLY", extensions: ["ply"], signatures: [Array("ply\n".utf8), Array("ply\r".utf8)],
    describe: { (content) throws(FileError) in
      let header = String(decoding: content.bytes.prefix(4096), as: UTF8.self)
      let lines = header.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
      guard let element = lines.first(where: { $0.count == 3 && $0[0] == "element" && $0[1] == "vertex" }),
        let count = Int(element[2]), count >= 0
      else {
        throw .invalid(
          path: content.path, operation: inspecting, expected: "a line “element vertex N”", found: "none")
      }
      var description = FileDescription(path: content.path, kind: .pointCloud, format: "PLY")
      description.add("points", Double(count))
      return description
    })
}

/// Writes the points of a disparity map with the colours of the left image, as binary PLY: x, y, z, red, green, blue.
///
///     Z = f · B / (d + doffs)    X = (x − cx) · Z / f    Y = (y − cy) · Z / f
///
/// Metres in the left camera's frame: X to the right, Y down, Z forward (the optical frame of ROS REP-103). Pixels without
/// depth are left out, so the points have no grid.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``, also where the calibration has no principal point.
/// - Precondition: map and image have one size.
@discardableResult
public func writePointCloud(
  of map: borrowing DisparityMap, colouredBy image: borrowing Image, calibration: StereoCalibration, to path: String
) throws(FileError) -> WriteReport {
  precondition(map.size == image.size, "writePointCloud: a map of \(map.size), an image of \(image.size)")
  if image.format.isWide {
    return try writePointCloud(of: map, colouredBy: image.inEightBits(), calibration: calibration, to: path)
  }
  let operation = "writing a point cloud"
  _ = try FileFormat.forWriting(path, operation: operation) { $0.name == FileFormat.ply.name }
  guard let centre = calibration.principalPoint else {
    throw .unwritable(
      path: path, operation: operation, reason: "the calibration has no principal point (cx, cy), which points need")
  }
  var report = WriteReport(path: path)
  report.pixelCount = map.width * map.height
  for y in 0..<map.height {
    let row = map.disparities.row(y)
    for x in row.indices where calibration.depth(ofDisparity: row[x]).isFinite { report.validCount += 1 }
  }
  var file = try AtomicFile(path, operation: operation)
  try file.append(plyHeader(pointCount: report.validCount))
  var points: [UInt8] = []
  for y in 0..<map.height {
    let disparities = map.disparities.row(y)
    for x in disparities.indices {
      let depth = calibration.depth(ofDisparity: disparities[x])
      guard depth.isFinite else { continue }
      let scale = Double(depth) / calibration.focalLength
      let place = (Float((Double(x) - centre.x) * scale), Float((Double(y) - centre.y) * scale), depth)
      for coordinate in [place.0, place.1, place.2] {
        withUnsafeBytes(of: coordinate.bitPattern.littleEndian) { points.append(contentsOf: $0) }
      }
      let colour = image.colour(y: y, x: x)
      points.append(contentsOf: [colour.red, colour.green, colour.blue])
    }
    if points.count > 1 << 16 || y == map.height - 1 {
      try file.append(points)
      points.removeAll(keepingCapacity: true)
    }
  }
  try file.commit()
  return report
}

private func plyHeader(pointCount: Int) -> [UInt8] {
  let properties = ["float x", "float y", "float z", "uchar red", "uchar green", "uchar blue"]
  let lines =
    ["ply", "format binary_little_endian 1.0", "comment StereoDepth: metres, X right, Y down, Z forward"]
    + ["element vertex \(pointCount)"] + properties.map { "property \($0)" } + ["end_header", ""]
  return Array(lines.joined(separator: "\n").utf8)
}
