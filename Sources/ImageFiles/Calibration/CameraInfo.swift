import StereoCore
internal import Yams

extension CalibrationFormat {
  /// ROS camera_info YAML: `projection_matrix` with `data` (camera_calibration) or `P` / `p` (a printed message), one
  /// camera a file or a document. The right camera has P[0,3] = −f·B.
  ///
  /// Source: sensor_msgs/CameraInfo.
  static let cameraInfo = CalibrationFormat(
    name: "ROS camera_info",
    recognises: { text in
      !text.hasPrefix("%YAML:")
        && ["projection_matrix", "distortion_model"].contains { text.firstRange(of: $0) != nil }
    },
    read: readCameraInfo)
}

/// One camera: its projection and the size of its images.
private struct Camera {
  let projection: ProjectionMatrix
  let size: PixelSize?

  /// nil if the node is no camera.
  init?(_ node: Node, of text: CalibrationText) throws(FileError) {
    guard let matrix = ["projection_matrix", "P", "p"].lazy.compactMap({ node.mapping?[Node($0)] }).first else {
      return nil
    }
    projection = ProjectionMatrix(try text.numbers("projection_matrix", matrix, count: 12))
    func extent(_ names: [String]) -> Int? {
      names.lazy.compactMap { node.mapping?[Node($0)]?.int }.first { (1...1_000_000).contains($0) }
    }
    if let width = extent(["image_width", "width"]), let height = extent(["image_height", "height"]) {
      size = PixelSize(width: width, height: height)
    } else {
      size = nil
    }
  }
}

/// The cameras of a file: of each document, and of its keys `left` and `right`.
private func cameras(of text: CalibrationText) throws(FileError) -> [Camera] {
  var cameras: [Camera] = []
  for document in try text.yamlDocuments() {
    for node in [document, document.mapping?["left"], document.mapping?["right"]] {
      if let node, let camera = try Camera(node, of: text) { cameras.append(camera) }
    }
  }
  return cameras
}

private func readCameraInfo(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  var found = try cameras(of: text)
  if found.count == 1, let path = text.right ?? rightPath(ofLeft: text.path) {
    found += try cameras(of: CalibrationText(path))
  }
  guard found.count == 2 else {
    throw text.invalid(
      expected: "a left and a right camera (two files, or both in one)",
      found: "\(found.count) camera\(found.count == 1 ? "" : "s")")
  }
  return try text.calibration(left: found[0].projection, right: found[1].projection, size: found[0].size)
}

/// The readable file beside `left` whose name has `right` where that has `left`; nil if there is none.
private func rightPath(ofLeft left: String) -> String? {
  let nameStart = left.lastIndex(of: "/").map { left.index(after: $0) } ?? left.startIndex
  for (leftWord, rightWord) in [("left", "right"), ("Left", "Right"), ("LEFT", "RIGHT")] {
    guard let range = left[nameStart...].firstRange(of: leftWord) else { continue }
    let path = left[..<range.lowerBound] + rightWord + left[range.upperBound...]
    return (try? FileContent(of: String(path), operation: "")) == nil ? nil : String(path)
  }
  return nil
}
