import StereoCore

extension CalibrationFormat {
  /// ROS camera_calibration's `ost.txt`: for each camera the lines `camera matrix`, `distortion`, `rectification` and
  /// `projection`, each before its numbers; the left camera first, or one camera a file.
  ///
  /// Source: ROS package camera_calibration_parsers, `parse_ini`.
  static let ost = CalibrationFormat(
    name: "ost.txt", recognises: { !ostCameras(of: $0).isEmpty }, read: readOST, readRig: readOSTRig,
    readCamera: { (text) throws(FileError) in
      let cameras = ostCameras(of: text)
      return cameras.count == 1 ? try text.rawCamera(cameras[0], "the camera").camera : nil
    })
}

/// One camera of the file: the lines of numbers below each title.
private struct OSTCamera {
  var blocks: [String: String] = [:]
  var size: [String: String] = [:]
}

private func ostCameras(of text: CalibrationText) -> [OSTCamera] {
  let titles = ["camera matrix", "distortion", "rectification", "projection", "width", "height"]
  var cameras: [OSTCamera] = []
  var (title, image) = ("", [:] as [String: String])
  for whole in text.text.split(whereSeparator: \.isNewline) {
    let line = whole.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if titles.contains(line) {
      title = line
      if title == "camera matrix" { cameras.append(OSTCamera(size: image)) }
    } else if line.hasPrefix("[") || line.isEmpty {
      if line.hasPrefix("[") { title = "" }
    } else if title == "width" || title == "height" {
      image[title] = line
    } else if !title.isEmpty, let last = cameras.indices.last {
      cameras[last].blocks[title, default: ""] += line + " "
    }
  }
  return cameras
}

/// The cameras of the file or files, left and right.
private func pairOfCameras(_ text: CalibrationText) throws(FileError) -> [OSTCamera] {
  if let pair = text.cameras { throw text.invalid(expected: "several pairs (--cameras \(pair))", found: "one pair") }
  let found = ([text] + text.rights).flatMap { ostCameras(of: $0) }
  guard found.count == 2 else {
    throw text.invalid(
      expected: "a left and a right camera (two files, or both in one)",
      found: "\(found.count) camera\(found.count == 1 ? "" : "s")")
  }
  return found
}

extension CalibrationText {
  fileprivate func numbers(_ block: String, of ost: OSTCamera, _ counts: [Int]) throws(FileError) -> [Double] {
    try numbers(block, ost.blocks[block] ?? "", counts: counts)
  }

  fileprivate func projection(_ ost: OSTCamera) throws(FileError) -> ProjectionMatrix {
    var camera = try ProjectionMatrix(numbers("projection", of: ost, [12]), name: "projection", of: self)
    if let width = ost.size["width"], let height = ost.size["height"] {
      camera.size = try size(numbers("width", width, count: 1)[0], numbers("height", height, count: 1)[0])
    }
    return camera
  }

  fileprivate func rawCamera(_ ost: OSTCamera, _ name: String) throws(FileError) -> RawCamera {
    let projection = try projection(ost)
    let camera = try camera(
      name, size: projection.size,
      intrinsics: intrinsics("camera matrix", matrix: numbers("camera matrix", of: ost, [9])),
      distortion: distortion(
        model: "plumb_bob", numbers("distortion", of: ost, [4, 5, 8, 12, 14]), of: name))
    let rotation = Matrix3(try numbers("rectification", of: ost, [9]))
    return RectifiedRawCamera(camera: camera, rotation: rotation, projection: projection).raw
  }
}

private func readOST(_ text: CalibrationText) throws(FileError) -> StereoCalibration {
  let cameras = try pairOfCameras(text)
  return try text.calibration(left: text.projection(cameras[0]), right: text.projection(cameras[1]))
}

private func readOSTRig(_ text: CalibrationText) throws(FileError) -> Rig {
  let cameras = try pairOfCameras(text)
  return try text.rig(
    left: text.rawCamera(cameras[0], "the left camera"), right: text.rawCamera(cameras[1], "the right camera"))
}
