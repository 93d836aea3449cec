import Foundation
import GoldenSupport
import ImageFiles
import StereoCore
import Testing

/// Raw cameras in every format that has them.
@Suite struct RigFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  static let names = ["M1", "D1", "M2", "D2", "R", "T"]
  static let texts: [(name: String, text: String)] = [
    ("OpenCV", RigTexts.openCV(names)), ("OpenCV K", RigTexts.openCV(["K1", "D1", "K2", "D2", "R", "T"])),
    (
      "OpenCV long",
      RigTexts.openCV([
        "cameraMatrix1", "distCoeffs1", "cameraMatrix2", "distCoeffs2", "rotation_matrix", "translation",
      ])
    ),
    (
      "OpenCV sides",
      RigTexts.openCV(["camera_matrix_left", "dist_coeffs_left", "camera_matrix_right", "dist_coeffs_right", "R", "T"])
    ), ("Kalibr", RigTexts.kalibr()), ("KITTI", RigTexts.kitti([0, 1])), ("KITTI colour", RigTexts.kitti([2, 3])),
    ("ORB-SLAM 3", RigTexts.orbSLAM3), ("DepthAI", RigTexts.depthAI), ("DSEC", RigTexts.dsec),
    ("ROS", RigTexts.ros()), ("ost.txt", RigTexts.ost), ("ORB-SLAM 2", RigTexts.orbSLAM2),
  ]

  func expectUsual(_ rig: Rig, _ comment: String, scale: Double = 1) {
    for (side, camera) in [rig.left, rig.right].enumerated() {
      let k = RigTexts.k[side].map { $0 * scale }
      #expect(camera.focalLength == SIMD2(k[0], k[1]) && camera.principalPoint == SIMD2(k[2], k[3]), "\(comment)")
      let coefficients = camera.distortion.coefficients
      #expect(Array(coefficients.prefix(4)) == RigTexts.d[side], "\(comment)")
      #expect(coefficients.dropFirst(4).allSatisfy { $0 == 0 }, "\(comment)")
    }
    let turn = zip(rig.rotation.values, RigTexts.rotation.values).map { abs($0 - $1) }.max() ?? 1
    #expect(turn < 1e-9, "\(comment)")
    let shift = rig.translation - RigTexts.translation
    #expect((shift * shift).sum().squareRoot() < 1e-9, "\(comment): \(rig.translation)")
  }

  @Test(arguments: texts.indices) func everyFormatIsRead(index: Int) throws {
    let (name, text) = Self.texts[index]
    let path = try directory.file("rig", text)
    let rig = try readRig(path)
    expectUsual(rig, name)
    #expect(rig.left.size == PixelSize(width: 752, height: 480), "\(name)")
    #expect(try inspectFile(path).description.contains("cameras (width 752, height 480, fx 458"), "\(name)")
    let (raw, usual) = (name == "DepthAI" ? 11.0 : 0.11, rig.baseline / 0.11)
    #expect(try abs(readRig(path, baselineUnit: .millimetres).baseline - raw * usual / 1000) < 1e-9, "\(name)")
  }

  @Test func twoFilesMakeARig() throws {
    let (left, right) = (
      try directory.file("cam0.yaml", RigTexts.euroc(0)), try directory.file("cam1.yaml", RigTexts.euroc(1))
    )
    expectUsual(try readRig(left, right: right), "EuRoC")
    let alone = fileError { () throws(FileError) in _ = try readRig(left) }
    #expect("\(alone!)".contains("two sensor.yaml"))
    // One camera can be looked at.
    let description = try inspectFile(left).description
    #expect(description.contains("EuRoC sensor.yaml, 752×480, focalLength 458, cx 367, cy 248, cameras (width 752"))
    // intrinsics.yml and extrinsics.yml of OpenCV's sample.
    let lines = RigTexts.openCV(Self.names).components(separatedBy: "R: !!")
    let intrinsics = try directory.file("intrinsics.yml", lines[0])
    let extrinsics = try directory.file("extrinsics.yml", "%YAML:1.0\n---\nR: !!" + lines[1])
    expectUsual(try readRig(intrinsics, right: extrinsics), "OpenCV, two files")
    let documents = RigTexts.ros().components(separatedBy: "---\n")
    let one = try directory.file("one.yaml", documents[0])
    let two = try directory.file("two.yaml", documents[1])
    expectUsual(try readRig(one, right: two), "ROS, two files")
  }

  @Test func chainsAndPairs() throws {
    let pair = CameraPair(left: 3, right: 4)
    let path = try directory.file("chain.yaml", RigTexts.kalibr(cameras: [3, 4]))
    expectUsual(try readRig(path, cameras: pair), "Kalibr, cameras 3 and 4")
    let error = fileError { () throws(FileError) in _ = try readRig(path) }
    #expect("\(error!)".contains("cameras 3, 4"))
    // The other way round the right camera stands to the left.
    let exchanged = fileError { () throws(FileError) in _ = try readRig(path, cameras: CameraPair(left: 4, right: 3)) }
    #expect("\(exchanged!)".contains("exchange the cameras"))
  }

  /// ZED's files have the cameras for every resolution; the images choose.
  @Test func zedHasSeveralSizes() throws {
    let path = try directory.file("SN1.conf", RigTexts.zed)
    expectUsual(try readRig(path), "HD")
    let vga = PixelSize(width: 672, height: 376)
    let rig = try readRig(path, size: vga)
    expectUsual(rig, "VGA", scale: 0.5)
    #expect(rig.left.size == vga)
  }

  @Test func rosBinsRawCamerasToo() throws {
    let rig = try readRig(directory.file("binned.yaml", RigTexts.ros(binning: 2)))
    expectUsual(rig, "binned", scale: 0.5)
    #expect(rig.left.size == PixelSize(width: 376, height: 240))
  }

  @Test func fisheyesAreNamed() throws {
    let kalibr = try readRig(directory.file("chain.yaml", RigTexts.kalibr(model: "equidistant")))
    #expect(kalibr.left.distortion == .kannalaBrandt(SIMD4(-0.28, 0.07, 0.0002, 0.00001)))
    let opencv = try readRig(directory.file("f.yml", RigTexts.openCV(Self.names, model: "distortion_model: fisheye\n")))
    #expect(opencv.right.distortion == .kannalaBrandt(SIMD4(-0.27, 0.06, -0.0001, 0.00003)))
  }

  static let wrong: [(text: String, says: String)] = [
    (RigTexts.kalibr(model: "mei"), "a distortion of cam0 that is"),
    (RigTexts.kalibr().replacing("pinhole", with: "omni"), "camera_model pinhole"),
    (RigTexts.kalibr().replacing("T_cn_cnm1", with: "T_cam_imu"), "T_cn_cnm1 of cam1"),
    (RigTexts.kalibr().replacing("-0.28,", with: "-0.9,"), "folds back at"),
    (RigTexts.kalibr().replacing("resolution: [752, 480]", with: "rate: 20"), "the size of the images of cam0"),
    (RigTexts.openCV(names).replacing("R: !!", with: "F: !!"), "the pose R, T"),
    (RigTexts.openCV(names).replacing("458.0, 0.0, 367.0", with: "458.0, 1.5, 367.0"), "skew"),
    (RigTexts.openCV(names).replacing("-0.11", with: "0.11"), "to the left"),
    (CalibrationGeometryTests.middlebury(), "rectified already"),
    (CalibrationFileTests.kitti, "rectified cameras only"),
  ]

  @Test(arguments: wrong.indices) func whatIsMissingIsSaid(index: Int) throws {
    let path = try directory.file("rig", Self.wrong[index].text)
    let error = fileError { () throws(FileError) in _ = try readRig(path) }
    #expect(error?.isInvalid == true && "\(error!)".contains(Self.wrong[index].says), "\("\(error!)")")
  }

  // MARK: - Real files

  @Test(.enabled(if: SharedFiles.has("data/euroc_raw"), .init(rawValue: SharedFiles.missing)))
  func realEuRoCIsRead() throws {
    let folder = SharedFiles.path("data/euroc_raw")
    let rig = try readRig(folder + "/cam0/sensor.yaml", right: folder + "/cam1/sensor.yaml")
    #expect(rig.left.focalLength == SIMD2(458.654, 457.296) && rig.left.size == PixelSize(width: 752, height: 480))
    // The data set's paper says 11 cm.
    #expect(abs(rig.baseline - 0.110078) < 1e-5)
    #expect(try inspectFile(folder + "/cam0/sensor.yaml").kind == .calibration)
  }

  @Test(.enabled(if: SharedFiles.has("data/kitti_raw"), .init(rawValue: SharedFiles.missing)))
  func realKITTIIsRead() throws {
    let path = SharedFiles.path("data/kitti_raw/calib_cam_to_cam.txt")
    let rig = try readRig(path)
    #expect(rig.left.size == PixelSize(width: 1392, height: 512) && abs(rig.baseline - 0.53715) < 1e-5)
    #expect(abs(try readCalibration(path).baseline - 0.53715) < 1e-5)
  }

  @Test(.enabled(if: SharedFiles.has("data/oakd"), .init(rawValue: SharedFiles.missing)))
  func realOAKIsRead() throws {
    let calibration = try readCalibration(SharedFiles.path("data/oakd/stereodemo_calibration.json"))
    #expect(calibration.baseline == 0.075 && calibration.imageSize == PixelSize(width: 640, height: 480))
  }
}
