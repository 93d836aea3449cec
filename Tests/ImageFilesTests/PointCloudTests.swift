import ImageFiles
import StereoCore
import Tensors
import Testing

/// Points in space, in both formats.
@Suite struct PointCloudTests {
  let directory: TemporaryDirectory
  let calibration: StereoCalibration

  init() throws {
    directory = try TemporaryDirectory()
    calibration = try StereoCalibration(
      focalLength: 100, baseline: 0.5, disparityOffset: 5, principalPoint: .init(x: 1, y: 0.5))
  }

  static let image = Image(
    format: .rgb8, bytes: Plane(width: 6, height: 2, samples: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))

  @Test func pointsFollowTheFormula() throws {
    let path = directory.path + "/cloud.ply"
    // d + doffs = 25, none, 0 (infinity), 10: Z = 50 / 25 = 2 and 50 / 10 = 5.
    let map = disparityMap(width: 2, height: 2, [20, .nan, -5, 5])
    let report = try writePointCloud(of: map, colouredBy: Self.image, calibration: calibration, to: path)
    #expect(report.validCount == 2 && report.pixelCount == 4)
    let written = try bytes(of: path)
    let end = try #require(written.firstRange(of: Array("end_header\n".utf8))?.upperBound)
    let header = String(decoding: written[..<end], as: UTF8.self).split(separator: "\n")
    #expect(header.contains("element vertex 2") && header.contains("format binary_little_endian 1.0"))
    let points = Array(written[end...])
    #expect(points.count == 2 * 15)
    func coordinate(_ offset: Int) -> Float {
      Float(bitPattern: points.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
    }
    #expect([0, 4, 8].map(coordinate) == [-0.02, -0.01, 2])
    #expect(Array(points[12..<15]) == [1, 2, 3])
    #expect([15, 19, 23].map(coordinate) == [0, 0.025, 5])
    #expect(Array(points[27..<30]) == [10, 11, 12])
    #expect(try inspectFile(path).description == "\(path): pointCloud, PLY, points 2")
  }

  /// Pixels that are not square: rows are divided by the focal length along a column.
  @Test func rowsHaveTheirOwnFocalLength() throws {
    let path = directory.path + "/cloud.ply"
    let wide = try StereoCalibration(
      focalLength: 100, verticalFocalLength: 200, baseline: 0.5, disparityOffset: 5,
      principalPoint: .init(x: 1, y: 0.5))
    let map = disparityMap(width: 2, height: 2, [20, .nan, .nan, .nan])
    try writePointCloud(of: map, colouredBy: Self.image, calibration: wide, to: path)
    let point = try bytes(of: path).suffix(15)
    let coordinates = [0, 4, 8].map { offset in
      Float(bitPattern: Array(point).withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
    }
    #expect(coordinates == [-0.02, -0.005, 2])
  }

  @Test func pointsNeedAPrincipalPoint() throws {
    let calibration = try StereoCalibration(focalLength: 100, baseline: 0.5)
    let map = disparityMap(width: 2, height: 2, [1, 1, 1, 1])
    let error = fileError { () throws(FileError) in
      try writePointCloud(of: map, colouredBy: Self.image, calibration: calibration, to: directory.path + "/cloud.ply")
    }
    #expect(error?.isUnwritable == true && error?.description.contains("principal point") == true)
    #expect(directory.names.isEmpty)
  }

  /// PCL's format holds the same points, the colour packed blue first.
  @Test func pcdHasTheSamePoints() throws {
    let map = disparityMap(width: 2, height: 2, [20, .nan, -5, 5])
    let (ply, pcd) = (directory.path + "/cloud.ply", directory.path + "/cloud.pcd")
    for path in [ply, pcd] {
      try writePointCloud(of: map, colouredBy: Self.image, calibration: calibration, to: path)
    }
    let (first, second) = (try bytes(of: ply), try bytes(of: pcd))
    let points = Array(first[try #require(first.firstRange(of: Array("end_header\n".utf8))?.upperBound)...])
    let end = try #require(second.firstRange(of: Array("DATA binary\n".utf8))?.upperBound)
    let header = String(decoding: second[..<end], as: UTF8.self)
    #expect(header.contains("FIELDS x y z rgb\nSIZE 4 4 4 4\nTYPE F F F F\n") && header.contains("POINTS 2\n"))
    let packed = Array(second[end...])
    #expect(packed.count == 2 * 16)
    for k in 0..<2 {
      #expect(packed[16 * k..<16 * k + 12] == points[15 * k..<15 * k + 12])
      #expect(Array(packed[16 * k + 12..<16 * k + 16]) == Array(points[15 * k + 12..<15 * k + 15].reversed()) + [0])
    }
    #expect(try inspectFile(pcd).description == "\(pcd): pointCloud, PCD, points 2")
  }

  /// Filled pixels are left out unless asked for; confidence and depth choose among the rest; what is left out is counted.
  @Test func selectionChoosesPoints() throws {
    // Z = 50 / (d + 5): 2, 2.5, 5 and 10 m.
    let path = directory.path + "/cloud.ply"
    func count(_ selection: PointSelection) throws -> (points: Int, note: String?) {
      var result = StereoResult(size: PixelSize(width: 2, height: 2), range: DisparityRange(0..<32))
      for (k, d) in [Float(20), 15, 5, 0].enumerated() {
        result.left.disparities[k / 2, k % 2] = d
        result.confidence.values[k / 2, k % 2] = Float(k) * 0.25
      }
      result.left.validity[0, 1] = [.occlusion, .filled]
      let report = try writePointCloud(
        of: result, colouredBy: Self.image, calibration: calibration, to: path, selection: selection)
      let written = try bytes(of: path)
      let end = try #require(written.firstRange(of: Array("end_header\n".utf8))?.upperBound)
      #expect(written.count - end == 15 * report.validCount)
      return (report.validCount, report.note)
    }
    #expect(try count(PointSelection()) == (3, "\(path): left out 1 filled pixels"))
    #expect(try count(PointSelection(withFilled: true)) == (4, nil))
    #expect(
      try count(PointSelection(minConfidence: 0.5)) == (
        2, "\(path): left out 1 filled pixels, 1 of a confidence below 0.5"
      ))
    #expect(
      try count(PointSelection(withFilled: true, maxDepth: 5)) == (3, "\(path): left out 1 beyond 5.0 m"))
  }
}
