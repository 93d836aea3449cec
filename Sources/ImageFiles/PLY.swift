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
    },
    points: PointEncoding(header: plyHeader) { [$0.red, $0.green, $0.blue] })
}

private func plyHeader(pointCount: Int) -> [UInt8] {
  let properties = ["float x", "float y", "float z", "uchar red", "uchar green", "uchar blue"]
  let lines =
    ["ply", "format binary_little_endian 1.0", "comment StereoDepth: metres, X right, Y down, Z forward"]
    + ["element vertex \(pointCount)"] + properties.map { "property \($0)" } + ["end_header", ""]
  return Array(lines.joined(separator: "\n").utf8)
}
