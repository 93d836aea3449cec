import StereoCore

extension CalibrationFormat {
  /// ROS camera_info YAML: `projection_matrix` with `data` (camera_calibration) or `P` / `p` (a printed message), one
  /// camera a file, a document or a key. The right camera has P[0,3] = −f·B.
  ///
  /// K and P are those of the whole sensor: a region of interest shifts the principal point, then binning divides it and
  /// the focal length. Source: sensor_msgs/CameraInfo.
  static let cameraInfo = CalibrationFormat(
    name: "ROS camera_info", recognises: { !cameraNodes(of: $0).isEmpty }, read: readCameraInfo,
    readRig: readCameraInfoRig,
    readCamera: { (text) throws(FileError) in
      let nodes = cameraNodes(of: text)
      return nodes.count == 1 ? try text.rawCamera(cameraInfo: nodes[0], "the camera").camera : nil
    })
}

private let projectionKeys = ["projection_matrix", "P", "p"]
private let intrinsicsKeys = ["camera_matrix", "K", "k"]

/// The mappings that are cameras, left before right where their keys say so, else in the order of the text.
private func cameraNodes(of text: CalibrationText) -> [TextTree] {
  func has(_ node: TextTree, _ keys: [String]) -> Bool { keys.contains { node[$0]?.isMatrix == true } }
  let cameras = text.trees.flatMap { $0.mappings() }.filter { _, node in
    (has(node, projectionKeys) && (has(node, intrinsicsKeys) || node["image_width"] != nil || node["width"] != nil))
      || (node["distortion_model"] != nil && (has(node, projectionKeys) || has(node, intrinsicsKeys)))
      || node["projection_matrix"]?.isMatrix == true
  }
  func isRight(_ path: [String]) -> Bool { path.contains { $0.lowercased().firstRange(of: "right") != nil } }
  return cameras.filter { !isRight($0.path) }.map(\.node) + cameras.filter { isRight($0.path) }.map(\.node)
}

/// What a driver did to the images of the sensor.
private struct ImageWindow {
  var left = 0.0
  var top = 0.0
  var binning = (x: 1.0, y: 1.0)
  /// Size of the images that it sends.
  var size: PixelSize?

  init(of node: TextTree, in text: CalibrationText) throws(FileError) {
    func extent(_ keys: [String], of node: TextTree) throws(FileError) -> Int {
      for key in keys { if let value = try text.wholeNumber(key, of: node) { return value } }
      return 0
    }
    var width = try extent(["image_width", "width"], of: node)
    var height = try extent(["image_height", "height"], of: node)
    if let region = node["roi"] {
      left = Double(try extent(["x_offset"], of: region))
      top = Double(try extent(["y_offset"], of: region))
      let (columns, rows) = (try extent(["width"], of: region), try extent(["height"], of: region))
      // Zeros mean the whole sensor.
      if columns > 0 && rows > 0 { (width, height) = (columns, rows) }
    }
    let (x, y) = (max(1, try extent(["binning_x"], of: node)), max(1, try extent(["binning_y"], of: node)))
    binning = (Double(x), Double(y))
    size = try text.size(Double(width / x), Double(height / y))
  }
}

extension CalibrationText {
  /// The rectified camera of a camera_info, for the images that the driver sends.
  fileprivate func projection(cameraInfo node: TextTree) throws(FileError) -> ProjectionMatrix {
    guard let matrix = projectionKeys.lazy.compactMap({ node[$0] }).first else {
      throw invalid(
        expected: "projection_matrix (P), the projection of the rectified camera", found: names(node.members.map(\.key))
      )
    }
    var camera = try ProjectionMatrix(
      numbers("projection_matrix", matrix, count: 12), name: "projection_matrix", of: self)
    let window = try ImageWindow(of: node, in: self)
    camera.cut(left: window.left, top: window.top, binning: window.binning)
    camera.size = window.size
    return camera
  }

  /// The raw camera of a camera_info, for the images that the driver sends, and its pose.
  fileprivate func rawCamera(cameraInfo node: TextTree, _ name: String) throws(FileError) -> RawCamera {
    func values(_ keys: [String], _ counts: [Int]) throws(FileError) -> [Double]? {
      for key in keys {
        guard let value = node[key] else { continue }
        if (value["data"] ?? value).elements?.isEmpty == true { return nil }
        return try numbers(key, value, counts: counts)
      }
      return nil
    }
    guard let k = try values(intrinsicsKeys, [9]), let r = try values(["rectification_matrix", "R", "r"], [9]) else {
      throw invalid(expected: "camera_matrix (K) and rectification_matrix (R)", found: names(node.members.map(\.key)))
    }
    let window = try ImageWindow(of: node, in: self)
    let (fx, fy, cx, cy) = try { (k) throws(FileError) in (k[0], k[1], k[2], k[3]) }(intrinsics("K", matrix: k))
    let (x, y) = window.binning
    let coefficients = try values(["distortion_coefficients", "D", "d"], [1, 4, 5, 8, 12, 14]) ?? []
    let camera = try camera(
      name, size: window.size, intrinsics: [fx / x, fy / y, (cx - window.left) / x, (cy - window.top) / y],
      distortion: distortion(model: node["distortion_model"]?.text ?? "plumb_bob", coefficients, of: name))
    return RectifiedRawCamera(camera: camera, rotation: Matrix3(r), projection: try projection(cameraInfo: node)).raw
  }
}

private func readCameraInfoRig(_ text: CalibrationText) throws(FileError) -> Rig {
  let nodes = try pairOfNodes(text)
  return try text.rig(
    left: text.rawCamera(cameraInfo: nodes[0], "the left camera"),
    right: text.rawCamera(cameraInfo: nodes[1], "the right camera"))
}

private func readCameraInfo(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let nodes = try pairOfNodes(text)
  return try text.calibration(left: text.projection(cameraInfo: nodes[0]), right: text.projection(cameraInfo: nodes[1]))
}

/// The cameras of the file or files, left and right.
private func pairOfNodes(_ text: CalibrationText) throws(FileError) -> [TextTree] {
  if let pair = text.cameras { throw text.invalid(expected: "several pairs (--cameras \(pair))", found: "one pair") }
  var found = cameraNodes(of: text)
  for other in text.rights { found += cameraNodes(of: other) }
  if found.count == 1, text.rights.isEmpty, let path = rightPath(ofLeft: text.path) {
    found += cameraNodes(of: try CalibrationText(path, operation: text.operation))
  }
  guard found.count == 2 else {
    throw text.invalid(
      expected: "a left and a right camera (two files, or both in one)",
      found: "\(found.count) camera\(found.count == 1 ? "" : "s")")
  }
  return found
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
