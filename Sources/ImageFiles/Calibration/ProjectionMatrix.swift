import StereoCore

/// The 3×4 projection of a rectified camera, with the translation already multiplied by the intrinsics:
///
///     fx  s  cx  −fx·X − cx·Z      X, Y, Z: the camera's place in the frame of the reference camera, in the unit of
///     0  fy  cy  −fy·Y − cy·Z               the calibration (X to the right, Y down, Z ahead); s: skew, 0 for a real
///     0   0   1     −Z                      camera
///
/// KITTI, OpenCV (`P1`, `P2`) and ROS (`P`, `projection_matrix`) all write it.
struct ProjectionMatrix {
  /// fx and fy, pixels.
  var focalLength: (x: Double, y: Double)
  /// cx and cy, pixels.
  var centre: (x: Double, y: Double)
  /// The last column, and what of its first two numbers is due to Z: cx · Z and cy · Z with the other sign.
  private let last: (x: Double, y: Double, z: Double)
  private let ahead: (x: Double, y: Double)
  /// fx and fy as the file has them.
  private let written: (x: Double, y: Double)
  /// Size of the images, where the file tells it.
  var size: PixelSize?

  /// A camera at the origin, from the nine numbers of its matrix.
  ///
  /// - Throws: ``FileError/invalid(path:operation:expected:found:)`` as ``init(_:name:of:)``.
  init(intrinsics values: [Double], name: String, of text: CalibrationText) throws(FileError) {
    precondition(values.count == 9, "ProjectionMatrix: \(values.count) numbers")
    let rows = [values[0..<3], values[3..<6], values[6..<9]]
    try self.init(rows.flatMap { $0 + [0] }, name: name, of: text)
  }

  /// - Throws: ``FileError/invalid(path:operation:expected:found:)`` for zeros (a camera that was never calibrated), a
  ///   focal length that is not positive, skew, and other numbers where a projection has 0 or 1.
  init(_ values: [Double], name: String, of text: CalibrationText) throws(FileError) {
    precondition(values.count == 12, "ProjectionMatrix: \(values.count) numbers")
    guard values.contains(where: { $0 != 0 }) else {
      throw text.invalid(expected: "\(name) of a calibrated camera", found: "zeros only")
    }
    let (fx, fy) = (values[0], values[5])
    guard fx > 0, fy > 0 else {
      throw text.invalid(expected: "a positive focal length in pixels", found: "\(fx) and \(fy) in \(name)")
    }
    guard abs(values[1]) <= 1e-4 * fx else {
      throw text.invalid(
        expected: "\(name) without skew (pixels in rows and columns)", found: "a skew of \(values[1]) px")
    }
    guard abs(values[4]) <= 1e-6 * fy, values[8] == 0, values[9] == 0, values[10] == 1 else {
      throw text.invalid(
        expected: "\(name) as fx 0 cx …, 0 fy cy …, 0 0 1 …", found: "other numbers in the places of 0 and 1")
    }
    focalLength = (fx, fy)
    centre = (values[2], values[6])
    written = focalLength
    last = (values[3], values[7], values[11])
    ahead = (centre.x * last.z, centre.y * last.z)
  }

  /// The camera's place X, Y, Z in the frame of the reference camera.
  var place: (x: Double, y: Double, z: Double) {
    (-(last.x - ahead.x) / written.x, -(last.y - ahead.y) / written.y, -last.z)
  }

  /// The camera's place as seen from another one of the same focal length; the numbers of the file are subtracted first, so
  /// that what is exact in the file stays exact.
  func place(from other: ProjectionMatrix) -> (x: Double, y: Double, z: Double) {
    (
      ((other.last.x - last.x) - (other.ahead.x - ahead.x)) / other.written.x,
      ((other.last.y - last.y) - (other.ahead.y - ahead.y)) / other.written.y, other.last.z - last.z
    )
  }

  /// The camera for images that were cut to a region and whose pixels were joined, in this order, as ROS drivers do.
  mutating func cut(left: Double, top: Double, binning: (x: Double, y: Double)) {
    centre = ((centre.x - left) / binning.x, (centre.y - top) / binning.y)
    focalLength = (focalLength.x / binning.x, focalLength.y / binning.y)
  }
}

/// What the geometry of every rectified pair is checked by, whatever its format.
private enum Tolerance {
  /// Focal lengths of the two cameras, relative.
  static let focalLength = 1e-3
  /// Rows and columns of principal points, pixels: more than half a row is seen by matching.
  static let principalPoint = 0.5
  /// Height and depth of the right camera against the left one, as a share of the baseline. KITTI's colour pair has 0.5 %.
  static let height = 0.02
}

extension CalibrationText {
  /// Checks that the cameras have one focal length and one row of their principal points, as rectified cameras have.
  ///
  /// - Returns: cx′ − cx, pixels.
  func checkIntrinsics(_ left: ProjectionMatrix, _ right: ProjectionMatrix) throws(FileError) -> Double {
    let (f, g) = (left.focalLength, right.focalLength)
    guard abs(g.x - f.x) <= Tolerance.focalLength * f.x else {
      throw invalid(expected: "rectified cameras of one focal length", found: "\(f.x) and \(g.x) px")
    }
    guard abs(g.y - f.y) <= Tolerance.focalLength * f.y else {
      throw invalid(expected: "rectified cameras of one vertical focal length", found: "\(f.y) and \(g.y) px")
    }
    guard abs(right.centre.y - left.centre.y) <= Tolerance.principalPoint else {
      throw invalid(
        expected: "rectified cameras whose principal points are in one row (cy)",
        found: "\(left.centre.y) and \(right.centre.y)")
    }
    if let size = left.size, let other = right.size, size != other {
      throw invalid(expected: "cameras of one image size", found: "\(size) and \(other)")
    }
    return right.centre.x - left.centre.x
  }

  /// The calibration of two rectified cameras: B = X′ − X, doffs = cx′ − cx.
  func calibration(
    left: ProjectionMatrix, right: ProjectionMatrix, metres: Double = 1
  ) throws(FileError) -> StereoCalibration {
    let place = right.place(from: left)
    try checkPlace(x: place.x, y: place.y, z: place.z)
    return try calibration(left: left, right: right, baseline: place.x, offset: nil, metres: metres)
  }

  /// Refuses a right camera that stands above, below, before or behind the left one.
  func checkPlace(x: Double, y: Double, z: Double) throws(FileError) {
    guard abs(y) <= abs(x) || y == 0 else {
      throw invalid(
        expected: "cameras side by side", found: "cameras one above the other, whose images must be turned by 90° first"
      )
    }
    guard abs(y) <= Tolerance.height * abs(x), abs(z) <= Tolerance.height * abs(x) else {
      let (what, share) = abs(y) > abs(z) ? ("above or below", abs(y / x)) : ("before or behind", abs(z / x))
      throw invalid(
        expected: "rectified cameras side by side",
        found: "the right camera \(what) the left one by \((share * 1000).rounded() / 10) % of the baseline")
    }
  }

  /// The calibration of two cameras that are checked, with the baseline that the file gives in its unit.
  ///
  /// - Parameters:
  ///   - right: the right camera; `nil` where the file has the left one only.
  ///   - offset: cx′ − cx where the file says it by itself; it must agree with the cameras.
  ///   - metres: the format's unit of length, unless the caller names another one.
  func calibration(
    left: ProjectionMatrix, right: ProjectionMatrix?, baseline: Double, offset: Double?, disparityCount: Int? = nil,
    metres: Double = 1
  ) throws(FileError) -> StereoCalibration {
    var doffs = offset ?? 0
    if let right {
      let difference = try checkIntrinsics(left, right)
      if let offset, abs(offset - difference) > Tolerance.principalPoint {
        throw invalid(expected: "doffs of cx′ − cx = \(difference) px", found: "\(offset) px")
      }
      doffs = offset ?? difference
    }
    guard baseline.isFinite, baseline > 0 else {
      let found = baseline < 0 ? "\(baseline), as if the left camera's were given second" : "\(baseline)"
      throw invalid(expected: "a positive baseline (the right camera to the right of the left one)", found: found)
    }
    do throws(StereoError) {
      return try StereoCalibration(
        focalLength: left.focalLength.x, verticalFocalLength: left.focalLength.y,
        baseline: baseline * (baselineUnit?.metres ?? metres), disparityOffset: doffs,
        principalPoint: StereoCalibration.PrincipalPoint(x: left.centre.x, y: left.centre.y),
        disparityCount: disparityCount, imageSize: left.size ?? right?.size)
    } catch {
      throw invalid(expected: "a usable calibration", found: "\(error)")
    }
  }
}
