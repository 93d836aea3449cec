import StereoCore
import Tensors
import Testing

@Suite struct StereoCalibrationTests {
  @Test func depthFollowsTheRule() throws {
    let calibration = try StereoCalibration(focalLength: 1000, baseline: 0.2, disparityOffset: 30)
    #expect(calibration.depth(ofDisparity: 20) == 4)
    // d ≤ 0 is valid as long as d + doffs > 0.
    #expect(calibration.depth(ofDisparity: -10) == 10)
    #expect(calibration.depth(ofDisparity: -30).isNaN)
    #expect(calibration.depth(ofDisparity: -31).isNaN)
    #expect(calibration.depth(ofDisparity: .nan).isNaN)
    #expect(calibration.depth(ofDisparity: .infinity).isNaN)
  }

  @Test(arguments: [(0.0, 1.0), (-1, 1), (.nan, 1), (1, 0), (1, .infinity)]) func nonsenseIsRefused(
    f: Double, b: Double
  ) {
    #expect(throws: StereoError.self) { try StereoCalibration(focalLength: f, baseline: b) }
  }

  @Test func anExactRatioScales() throws {
    let calibration = try StereoCalibration(
      focalLength: 800, verticalFocalLength: 820, baseline: 0.2, disparityOffset: 30,
      principalPoint: .init(x: 639.5, y: 300), disparityCount: 101, imageSize: PixelSize(width: 1280, height: 720))
    let half = try #require(calibration.scaled(to: PixelSize(width: 640, height: 360)))
    #expect(half.focalLength == 400 && half.verticalFocalLength == 410 && half.baseline == 0.2)
    #expect(half.disparityOffset == 15 && half.disparityCount == 51)
    // The middle of the image stays the middle.
    #expect(half.principalPoint == .init(x: 319.5, y: 149.75))
    #expect(half.imageSize == PixelSize(width: 640, height: 360))
    // Half the disparity means the same depth.
    #expect(half.depth(ofDisparity: 10) == calibration.depth(ofDisparity: 20))
    #expect(calibration.scaled(to: PixelSize(width: 640, height: 480)) == nil)
    #expect(try StereoCalibration(focalLength: 1, baseline: 1).scaled(to: PixelSize(width: 640, height: 480)) == nil)
  }

  @Test func doubtsAreSaid() throws {
    func doubts(_ baseline: Double, x: Double = 10) throws -> [String] {
      try StereoCalibration(focalLength: 100, baseline: baseline, principalPoint: .init(x: x, y: 10))
        .doubts(for: PixelSize(width: 20, height: 20))
    }
    #expect(try doubts(0.06).isEmpty && doubts(10).isEmpty && doubts(0.001).isEmpty)
    #expect(try doubts(60) == ["a baseline of 60.0 m: is it in millimetres? --baseline-unit mm"])
    #expect(try doubts(0.0000625) == ["a baseline of 0.0625 mm: is it in metres? --baseline-unit m"])
    #expect(try doubts(0.06, x: 25).first?.contains("outside the image of 20×20") == true)
    #expect(try doubts(0.06, x: -0.4).isEmpty)
  }
}
