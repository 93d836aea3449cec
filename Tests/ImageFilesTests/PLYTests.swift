import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct PLYTests {
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

  @Test func pointsNeedAPrincipalPoint() throws {
    let calibration = try StereoCalibration(focalLength: 100, baseline: 0.5)
    let map = disparityMap(width: 2, height: 2, [1, 1, 1, 1])
    let error = fileError { () throws(FileError) in
      try writePointCloud(of: map, colouredBy: Self.image, calibration: calibration, to: directory.path + "/cloud.ply")
    }
    #expect(error?.isUnwritable == true && error?.description.contains("principal point") == true)
    #expect(directory.names.isEmpty)
  }
}
