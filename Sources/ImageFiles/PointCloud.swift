public import StereoCore
import Tensors

/// Which pixels of a map become points in space.
public struct PointSelection: Equatable, Sendable {
  /// Whether disparities that were filled in, not matched, become points: surfaces that nobody has seen.
  public var withFilled: Bool
  /// The least confidence of a point, 0 … 1.
  public var minConfidence: Float
  /// The greatest depth of a point, metres.
  public var maxDepth: Float

  /// - Parameters:
  ///   - withFilled: whether filled disparities become points.
  ///   - minConfidence: the least confidence of a point, 0 … 1.
  ///   - maxDepth: the greatest depth of a point, metres.
  public init(withFilled: Bool = false, minConfidence: Float = 0, maxDepth: Float = .infinity) {
    self.withFilled = withFilled
    self.minConfidence = minConfidence
    self.maxDepth = maxDepth
  }
}

/// How a format stores points: a header, then x, y, z as 32-bit reals and the colour, least significant byte first.
struct PointEncoding: Sendable {
  /// The header of a file of so many points.
  let header: @Sendable (_ count: Int) -> [UInt8]
  /// The bytes of a colour.
  let colour: @Sendable ((red: UInt8, green: UInt8, blue: UInt8)) -> [UInt8]
}

/// Writes the points of a disparity map with the colours of the left image, as binary `.ply` or `.pcd`.
///
///     Z = fx · B / (d + doffs)    X = (x − cx) · Z / fx    Y = (y − cy) · Z / fy
///
/// Metres in the left camera's frame: X to the right, Y down, Z forward (the optical frame of ROS REP-103). Pixels without
/// depth and those that are not selected are left out, so the points have no grid.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``, also where the calibration has no principal point.
/// - Precondition: map and image have one size.
@discardableResult
public func writePointCloud(
  of map: borrowing DisparityMap, colouredBy image: borrowing Image, calibration: StereoCalibration, to path: String,
  selection: PointSelection = PointSelection()
) throws(FileError) -> WriteReport {
  if image.format.isWide {
    return try writePointCloud(
      of: map, colouredBy: image.inEightBits(), calibration: calibration, to: path, selection: selection)
  }
  return try writePoints(of: map, colouredBy: image, calibration: calibration, to: path, selection: selection) { _, _ in
    1
  }
}

/// Writes the points of a result, chosen by its confidence too; as
/// ``writePointCloud(of:colouredBy:calibration:to:selection:)``.
@discardableResult
public func writePointCloud(
  of result: borrowing StereoResult, colouredBy image: borrowing Image, calibration: StereoCalibration,
  to path: String, selection: PointSelection = PointSelection()
) throws(FileError) -> WriteReport {
  if image.format.isWide {
    return try writePointCloud(
      of: result, colouredBy: image.inEightBits(), calibration: calibration, to: path, selection: selection)
  }
  return try writePoints(of: result.left, colouredBy: image, calibration: calibration, to: path, selection: selection) {
    result.confidence.values[$0, $1]
  }
}

private func writePoints(
  of map: borrowing DisparityMap, colouredBy image: borrowing Image, calibration: StereoCalibration, to path: String,
  selection: PointSelection, confidence: (_ y: Int, _ x: Int) -> Float
) throws(FileError) -> WriteReport {
  precondition(map.size == image.size, "writePointCloud: a map of \(map.size), an image of \(image.size)")
  let operation = "writing a point cloud"
  let format = try FileFormat.forWriting(path, operation: operation) { $0.points != nil }
  guard let encoding = format.points else { preconditionFailure("\(format.name) has no points") }
  guard let centre = calibration.principalPoint else {
    throw .unwritable(
      path: path, operation: operation, reason: "the calibration has no principal point (cx, cy), which points need")
  }
  var choice = PointChoice(selection)
  for y in 0..<map.height {
    for x in 0..<map.width {
      choice.count(map.validity[y, x], confidence(y, x), calibration.depth(ofDisparity: map.disparities[y, x]))
    }
  }
  var file = try AtomicFile(path, operation: operation)
  try file.append(encoding.header(choice.chosen))
  var points: [UInt8] = []
  for y in 0..<map.height {
    for x in 0..<map.width {
      let depth = calibration.depth(ofDisparity: map.disparities[y, x])
      guard choice.reason(map.validity[y, x], confidence(y, x), depth) == .chosen else { continue }
      let (across, down) = (Double(depth) / calibration.focalLength, Double(depth) / calibration.verticalFocalLength)
      for coordinate in [Float((Double(x) - centre.x) * across), Float((Double(y) - centre.y) * down), depth] {
        withUnsafeBytes(of: coordinate.bitPattern.littleEndian) { points.append(contentsOf: $0) }
      }
      points.append(contentsOf: encoding.colour(image.colour(y: y, x: x)))
    }
    if points.count > 1 << 16 || y == map.height - 1 {
      try file.append(points)
      points.removeAll(keepingCapacity: true)
    }
  }
  try file.commit()
  return choice.report(path, pixels: map.width * map.height)
}

/// What becomes of every pixel, counted.
private struct PointChoice {
  enum Reason: Int { case noDepth, filled, doubtful, distant, chosen }

  private let selection: PointSelection
  private var counts = [Int](repeating: 0, count: 5)

  init(_ selection: PointSelection) { self.selection = selection }

  /// Points that are written.
  var chosen: Int { counts[Reason.chosen.rawValue] }

  func reason(_ validity: Validity, _ confidence: Float, _ depth: Float) -> Reason {
    guard depth.isFinite else { return .noDepth }
    if validity.contains(.filled) && !selection.withFilled { return .filled }
    if confidence < selection.minConfidence { return .doubtful }
    return depth > selection.maxDepth ? .distant : .chosen
  }

  mutating func count(_ validity: Validity, _ confidence: Float, _ depth: Float) {
    counts[reason(validity, confidence, depth).rawValue] += 1
  }

  func report(_ path: String, pixels: Int) -> WriteReport {
    var report = WriteReport(path: path)
    (report.pixelCount, report.validCount) = (pixels, chosen)
    report.leftOut = [
      (counts[Reason.filled.rawValue], "filled pixels"),
      (counts[Reason.doubtful.rawValue], "of a confidence below \(selection.minConfidence)"),
      (counts[Reason.distant.rawValue], "beyond \(selection.maxDepth) m"),
    ]
    return report
  }
}
