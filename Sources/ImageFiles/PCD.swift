extension FileFormat {
  /// The Point Cloud Library's format, version 0.7, written binary; files are only described.
  ///
  /// A colour is one field `rgb` of 4 bytes, blue first, as the library packs it.
  ///
  /// Source: *The PCD (Point Cloud Data) file format*, documentation of PCL.
  public static let pcd = FileFormat(
    name: "PCD", extensions: ["pcd"], signatures: [Array("# .PCD v".utf8), Array("VERSION 0.7\n".utf8)],
    describe: { (content) throws(FileError) in
      let header = String(decoding: content.bytes.prefix(4096), as: UTF8.self)
      let lines = header.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
      guard let line = lines.first(where: { $0.count == 2 && $0[0] == "POINTS" }), let count = Int(line[1]), count >= 0
      else {
        throw .invalid(
          path: content.path, operation: inspecting, expected: "a PCD header with a line `POINTS N`", found: "none")
      }
      var description = FileDescription(path: content.path, kind: .pointCloud, format: "PCD")
      description.add("points", Double(count))
      return description
    },
    points: PointEncoding(header: pcdHeader) { [$0.blue, $0.green, $0.red, 0] })
}

private func pcdHeader(pointCount: Int) -> [UInt8] {
  let lines = [
    "# .PCD v0.7 - Point Cloud Data file format", "VERSION 0.7", "FIELDS x y z rgb", "SIZE 4 4 4 4", "TYPE F F F F",
    "COUNT 1 1 1 1", "WIDTH \(pointCount)", "HEIGHT 1", "VIEWPOINT 0 0 0 1 0 0 0", "POINTS \(pointCount)",
    "DATA binary", "",
  ]
  return Array(lines.joined(separator: "\n").utf8)
}
