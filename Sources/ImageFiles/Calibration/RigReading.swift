public import StereoCore

/// Reads two raw cameras and how they stand to each other.
///
/// The format is chosen by the keys of the file: OpenCV FileStorage (`M1 D1 M2 D2 R T` in their spellings, in one file or
/// `intrinsics.yml` and `extrinsics.yml`), ROS camera_info and `ost.txt` (the poses follow from R and P), Kalibr camchain,
/// EuRoC `sensor.yaml`, KITTI raw `calib_cam_to_cam.txt`, ORB-SLAM settings, DepthAI, ZED `.conf`, DSEC.
///
/// - Parameters:
///   - path: the file.
///   - right: the right camera's file, where the format has one a camera.
///   - cameras: which pair of a file with several; `nil`: the pair that `image` belongs to, else the file's first one.
///   - image: the left image; its folder tells which pair of a KITTI file it belongs to.
///   - size: size of the images, for files that have the cameras for several (ZED) or for none (OpenCV).
///   - baselineUnit: the unit of the file's lengths; `nil`: the format's own.
/// - Throws: ``FileError``; also for rigs that contradict themselves and for files of rectified pairs.
public func readRig(
  _ path: String, right: String? = nil, cameras: CameraPair? = nil, image: String? = nil, size: PixelSize? = nil,
  baselineUnit: LengthUnit? = nil
) throws(FileError) -> Rig {
  var text = try CalibrationText(path, operation: "reading a rig")
  if let right { text.rights = [try CalibrationText(right, operation: text.operation)] }
  text.cameras = cameras
  text.image = image
  text.imageSize = size
  text.baselineUnit = baselineUnit
  return try text.rig(as: text.format())
}

/// A rig from a file's bytes; as ``readRig(_:right:cameras:image:size:baselineUnit:)``.
package func readRig(_ content: FileContent) throws(FileError) -> Rig {
  let text = CalibrationText(content, operation: "reading a rig")
  return try text.rig(as: text.format())
}

/// A raw camera as its file has it, and its pose in the frame that all cameras of the file share.
struct RawCamera {
  /// The camera.
  let camera: RigCamera
  /// Where a point of the shared frame is in the camera's.
  var pose: RigidMotion
}

extension CalibrationText {
  /// Reads the text as a rig.
  func rig(as format: CalibrationFormat) throws(FileError) -> Rig {
    guard let read = format.readRig else {
      throw invalid(
        expected: "raw cameras", found: "a \(format.name) of a pair that is rectified already (--calibration)")
    }
    return try read(self)
  }

  /// A camera from intrinsics `fx, fy, cx, cy`.
  ///
  /// - Parameter name: what to call it in messages.
  func camera(
    _ name: String, size: PixelSize?, intrinsics k: [Double], distortion: LensDistortion
  ) throws(FileError) -> RigCamera {
    guard let size = size ?? imageSize else {
      throw invalid(expected: "the size of the images of \(name)", found: "none")
    }
    do throws(StereoError) {
      return try RigCamera(
        size: size, focalLength: SIMD2(k[0], k[1]), principalPoint: SIMD2(k[2], k[3]), distortion: distortion)
    } catch {
      throw invalid(name, error)
    }
  }

  /// fx, fy, cx, cy of the nine numbers of a camera matrix.
  func intrinsics(_ name: String, matrix k: [Double]) throws(FileError) -> [Double] {
    guard abs(k[1]) <= 1e-4 * abs(k[0]) else {
      throw invalid(expected: "\(name) without skew (pixels in rows and columns)", found: "a skew of \(k[1]) px")
    }
    guard abs(k[3]) <= 1e-6 * abs(k[4]), k[6] == 0, k[7] == 0, k[8] == 1 else {
      throw invalid(expected: "\(name) as fx 0 cx, 0 fy cy, 0 0 1", found: "other numbers in the places of 0 and 1")
    }
    return [k[0], k[4], k[2], k[5]]
  }

  /// The distortion that files call by this name.
  func distortion(model: String, _ coefficients: [Double], of name: String) throws(FileError) -> LensDistortion {
    let word = plainKey(model)
    let c = coefficients
    switch word {
    case "none", "", "plumbbob", "radtan", "radialtangential", "rationalpolynomial", "brownconrady", "opencv",
      "pinhole",
      "radtan8", "thinprism":
      if c.allSatisfy({ $0 == 0 }) { return .none }
      if word == "none" { throw invalid(expected: "no distortion coefficients of \(name)", found: "\(c.count)") }
      do throws(StereoError) { return .polynomial(try PolynomialDistortion(c)) } catch { throw invalid(name, error) }
    case "equidistant", "equi", "fisheye", "kannalabrandt", "kannalabrandt4", "kannalabrandt8":
      guard c.count == 4 else {
        throw invalid(expected: "4 Kannala–Brandt coefficients of \(name)", found: "\(c.count)")
      }
      return .kannalaBrandt(SIMD4(c[0], c[1], c[2], c[3]))
    case "fov", "atan":
      guard c.count == 1 else { throw invalid(expected: "1 FOV coefficient of \(name)", found: "\(c.count)") }
      return .fieldOfView(c[0])
    default:
      throw invalid(
        expected: "a distortion of \(name) that is none, radtan (plumb_bob), rational_polynomial, equidistant or fov",
        found: quoted(model))
    }
  }

  /// The rig of two cameras whose poses are in one frame.
  ///
  /// - Parameter metres: the unit of the poses, unless the caller names another one.
  func rig(left: RawCamera, right: RawCamera, metres: Double = 1) throws(FileError) -> Rig {
    let pose = right.pose * left.pose.inverted
    do throws(StereoError) {
      return try Rig(
        left: left.camera, right: right.camera, rotation: pose.rotation,
        translation: pose.translation * (baselineUnit?.metres ?? metres))
    } catch {
      throw invalid("the rig", error)
    }
  }

  private func invalid(_ name: String, _ error: StereoError) -> FileError {
    var reason = "\(error)"
    for prefix in ["calibration: ", "expected "] where reason.hasPrefix(prefix) {
      reason.removeFirst(prefix.count)
    }
    guard let comma = reason.firstRange(of: ", found ") else { return invalid(expected: name, found: reason) }
    return invalid(
      expected: "\(name) with \(reason[..<comma.lowerBound])", found: String(reason[comma.upperBound...]))
  }
}

/// A rotation and then a translation: x ↦ R x + t.
struct RigidMotion {
  var rotation: Matrix3
  var translation: SIMD3<Double>

  static let identity = RigidMotion(rotation: .identity, translation: SIMD3(0, 0, 0))

  init(rotation: Matrix3, translation: SIMD3<Double>) {
    self.rotation = rotation
    self.translation = translation
  }

  /// From the sixteen or twelve numbers of a matrix R | t.
  ///
  /// - Precondition: so many.
  init(_ values: [Double]) {
    precondition(values.count == 16 || values.count == 12, "RigidMotion: \(values.count) numbers")
    rotation = Matrix3([0, 1, 2, 4, 5, 6, 8, 9, 10].map { values[$0] })
    translation = SIMD3(values[3], values[7], values[11])
  }

  /// The way back. R need not be a rotation to the last digit; that is checked where a rig is made.
  var inverted: RigidMotion {
    let back = rotation.transposed
    return RigidMotion(rotation: back, translation: (back * translation) * -1)
  }

  /// First the second, then the first.
  static func * (first: RigidMotion, second: RigidMotion) -> RigidMotion {
    RigidMotion(
      rotation: first.rotation * second.rotation,
      translation: first.rotation * second.translation + first.translation)
  }
}
