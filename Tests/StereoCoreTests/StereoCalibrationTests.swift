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
}
