import StereoCore

/// The description of a calibration file: of the rectified pair that it has, and of the raw cameras.
///
/// A file of one camera is described as such where the other camera's file is not beside it.
func describeCalibration(_ content: FileContent) throws(FileError) -> FileDescription {
  let text = CalibrationText(content, operation: inspecting)
  let format = try text.format()
  var description = FileDescription(path: content.path, kind: .calibration, format: format.name)
  var problem: FileError?
  var isDescribed = false
  if let read = format.read {
    do throws(FileError) {
      description.describe(try read(text))
      isDescribed = true
    } catch { problem = error }
  }
  if let read = format.readRig {
    do throws(FileError) {
      description.describe(try read(text), isAlone: !isDescribed)
      isDescribed = true
    } catch { problem = problem ?? error }
  }
  if !isDescribed, let camera = try format.readCamera?(text) {
    description.describe([camera], isAlone: true)
    isDescribed = true
  }
  if !isDescribed, let problem { throw problem }
  return description
}

extension FileDescription {
  /// Adds the numbers of a rectified pair and what is doubtful about them.
  mutating func describe(_ calibration: StereoCalibration) {
    size = calibration.imageSize
    add("focalLength", calibration.focalLength)
    if calibration.verticalFocalLength != calibration.focalLength {
      add("verticalFocalLength", calibration.verticalFocalLength)
    }
    add("baseline", calibration.baseline)
    add("doffs", calibration.disparityOffset)
    if let point = calibration.principalPoint {
      add("cx", point.x)
      add("cy", point.y)
    }
    if let count = calibration.disparityCount { add("ndisp", Double(count)) }
    let doubts = calibration.doubts(for: calibration.imageSize)
    if !doubts.isEmpty { add("warning", doubts.joined(separator: "; ")) }
  }

  /// Adds the raw cameras of a rig and how they stand.
  ///
  /// - Parameter isAlone: whether the file has no rectified pair, so that the left camera's numbers stand for it.
  mutating func describe(_ rig: Rig, isAlone: Bool) {
    if isAlone {
      add("baseline", rig.baseline)
      add("doffs", rig.right.principalPoint.x - rig.left.principalPoint.x)
    }
    add("turnInDegrees", rig.rotation.rotationVector.length * 180 / .pi)
    describe([rig.left, rig.right], isAlone: isAlone)
  }

  /// Adds raw cameras.
  mutating func describe(_ cameras: [RigCamera], isAlone: Bool) {
    if isAlone, let first = cameras.first {
      size = first.size
      add("focalLength", first.focalLength.x)
      add("cx", first.principalPoint.x)
      add("cy", first.principalPoint.y)
    }
    add("cameras", .list(cameras.map(\.description)))
  }
}

extension RigCamera {
  /// Its numbers by name.
  fileprivate var description: FileDescription.Value {
    let numbers = [
      ("width", Double(size.width)), ("height", Double(size.height)), ("fx", focalLength.x), ("fy", focalLength.y),
      ("cx", principalPoint.x), ("cy", principalPoint.y),
    ]
    return .object(
      numbers.map { .init(name: $0.0, value: .number($0.1)) } + [
        .init(name: "distortion", value: .text(distortion.name)),
        .init(name: "coefficients", value: .list(distortion.coefficients.map { .number($0) })),
      ])
  }
}
