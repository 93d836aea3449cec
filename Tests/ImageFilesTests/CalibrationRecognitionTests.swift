import Foundation
import ImageFiles
import StereoCore
import Testing

/// Formats are known by their keys: headers, encodings, line ends, comments, levels and file names are no obstacle.
@Suite struct CalibrationRecognitionTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// f = 300, B = 0.06, the principal point at (120, 80), whatever the format.
  func expectUsual(_ calibration: StereoCalibration, _ comment: String) {
    #expect(calibration.focalLength == 300 && abs(calibration.baseline - 0.06) < 1e-9, "\(comment)")
    #expect(calibration.principalPoint == .init(x: 120, y: 80), "\(comment)")
    #expect(calibration.disparityOffset == 0, "\(comment)")
  }

  static let opencv = CalibrationGeometryTests.formats[1].text(.init())
  static let ros = CalibrationGeometryTests.formats[3].text(.init())
  static let nested =
    "stereo:\n"
    + opencv.replacing("%YAML:1.0\n---\n", with: "").split(separator: "\n").map { "   \($0)\n" }.joined()
  static let json = """
    {"rig": {"P1": {"type_id": "opencv-matrix", "rows": 3, "cols": 4, "dt": "d",
        "data": [300.0, 0.0, 120.0, 0.0, 0.0, 300.0, 80.0, 0.0, 0.0, 0.0, 1.0, 0.0]},
      "P2": {"type_id": "opencv-matrix", "rows": 3, "cols": 4, "dt": "d",
        "data": [300.0, 0.0, 120.0, -18.0, 0.0, 300.0, 80.0, 0.0, 0.0, 0.0, 1.0, 0.0]}}}
    """

  static let texts: [(name: String, text: String)] = [
    ("no header", opencv.replacing("%YAML:1.0\n---\n", with: "")),
    ("1.1", opencv.replacing("%YAML:1.0", with: "%YAML 1.1")),
    ("1.2", opencv.replacing("%YAML:1.0", with: "%YAML 1.2")),
    ("comment first", "# made by hand\n\n" + opencv), ("no document start", opencv.replacing("---\n", with: "")),
    ("nested", "%YAML:1.0\n---\n" + nested), ("json", json),
    ("xml", CalibrationGeometryTests.formats[2].text(.init())),
    (
      "other spellings",
      "P_left: [300, 0, 120, 0, 0, 300, 80, 0, 0, 0, 1, 0]\n"
        + "P_right: [[300, 0, 120, -18], [0, 300, 80, 0], [0, 0, 1, 0]]\n"
    ),
    (
      "rectified and raw",
      opencv + "M1: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   data: [1,0,1,0,1,1,0,0,1]\n"
    ),
    ("ros", ros), ("ros under an OpenCV header", "%YAML:1.0\n---\n" + ros),
    ("ros, both with headers", "%YAML:1.0\n---\n" + ros.replacing("---\n", with: "%YAML:1.0\n---\n")),
    (
      "ros, the right one first by its key",
      "right:\n" + ros.components(separatedBy: "---\n")[1].split(separator: "\n").map { "  \($0)\n" }.joined()
        + "left:\n" + ros.components(separatedBy: "---\n")[0].split(separator: "\n").map { "  \($0)\n" }.joined()
    ),
    (
      "ros as PyYAML writes lists that it has twice",
      ros.replacing("image_width: 240\n", with: "image_width: 240\nD: &id001 [0.0, 0.0]\nE: *id001\n")
    ),
    ("middlebury", CalibrationGeometryTests.middlebury()),
    (
      "middlebury with comments",
      "# half size\n" + CalibrationGeometryTests.middlebury().replacing("\n", with: " # px\n")
    ),
    ("kitti", CalibrationGeometryTests.formats[0].text(.init())),
    (
      "DrivingStereo",
      "calib_time: 2018\nS_rect_101: 2.4e2 1.6e2\nP_rect_101: 300 0 120 0 0 300 80 0 0 0 1 0\n"
        + "S_rect_103: 2.4e2 1.6e2\nP_rect_103: 300 0 120 -18 0 300 80 0 0 0 1 0\n"
    ),
    ("ost.txt", CalibrationGeometryTests.formats[4].text(.init())),
    (
      "stereodemo",
      "{\"width\": 240, \"height\": 160, \"baseline_meters\": 0.06, \"fx\": 300.0, \"fy\": 300.0, \"cx0\": 120.0,"
        + " \"cx1\": 120.0, \"cy\": 80.0, \"depth_range\": [1.0, 5.0]}"
    ),
    (
      "ORB-SLAM 2",
      "%YAML:1.0\n\nCamera.fx: 300.0\nCamera.fy: 300.0\nCamera.cx: 120.0\nCamera.cy: 80.0\nCamera.k1: 0.0\n"
        + "Camera.width: 240\nCamera.height: 160\nCamera.bf: 18.0\nThDepth: 35\n"
    ),
    (
      "ORB-SLAM 3",
      "%YAML:1.0\nFile.version: \"1.0\"\nCamera.type: \"Rectified\"\nCamera1.fx: 300.0\nCamera1.fy: 300.0\n"
        + "Camera1.cx: 120.0\nCamera1.cy: 80.0\nStereo.b: 0.06\nCamera.width: 240\nCamera.height: 160\n"
    ),
    (
      "DSEC",
      "intrinsics:\n  cam0:\n    camera_matrix: [1, 1, 1, 1]\n  camRect1:\n    camera_matrix: [300, 300, 120, 80]\n"
        + "    resolution: [240, 160]\ndisparity_to_depth:\n  cams_03:\n    - [1, 0, 0, -1]\n    - [0, 1, 0, -1]\n"
        + "    - [0, 0, 0, 5]\n    - [0, 0, 2, 0]\n  cams_12:\n    - [1, 0, 0, -120]\n    - [0, 1, 0, -80]\n"
        + "    - [0, 0, 0, 300]\n    - [0, 0, 16.666666666666668, 0]\n"
    ), ("K.txt", "300 0 120 0 300 80 0 0 1\n0.06\n"),
  ]

  /// The same text in the encodings that editors on other systems write.
  static let encodings: [(name: String, encode: @Sendable (String) -> [UInt8])] = [
    ("UTF-8", { Array($0.utf8) }), ("UTF-8 with a mark", { [0xEF, 0xBB, 0xBF] + Array($0.utf8) }),
    ("CRLF", { Array($0.replacing("\n", with: "\r\n").utf8) }),
    ("UTF-16 LE", { [0xFF, 0xFE] + $0.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }),
    ("UTF-16 BE", { [0xFE, 0xFF] + $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } }),
    ("UTF-16 LE without a mark", { $0.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }),
  ]

  @Test(arguments: texts.indices) func everyTextIsRead(index: Int) throws {
    for (encoding, encode) in Self.encodings {
      // XML says its encoding itself; files without a mark are UTF-8 there.
      let path = try directory.file("unknown", encode(Self.texts[index].text))
      let comment = "\(Self.texts[index].name), \(encoding)"
      expectUsual(try readCalibration(path), comment)
      #expect(try inspectFile(path).kind == .calibration, "\(comment)")
    }
  }

  @Test func twoFilesMayHaveAnyNames() throws {
    let documents = Self.ros.components(separatedBy: "---\n")
    let (left, right) = (try directory.file("a.yaml", documents[0]), try directory.file("b.txt", documents[1]))
    expectUsual(try readCalibration(left, right: right), "two files")
    // The other way round the baseline is behind.
    let error = fileError { () throws(FileError) in _ = try readCalibration(right, right: left) }
    #expect("\(error!)".contains("given second"))
    // OpenCV's sample writes two files: the rectified cameras are in the second one.
    let intrinsics = try directory.file("intrinsics.yml", CalibrationFileTests.openCVHeader + "size: [240, 160]\n")
    let extrinsics = try directory.file("extrinsics.yml", Self.opencv)
    let both = try readCalibration(intrinsics, right: extrinsics)
    expectUsual(both, "intrinsics.yml and extrinsics.yml")
    #expect(both.imageSize == PixelSize(width: 240, height: 160))
    // A format with the whole pair in one file has no use for two.
    let middlebury = try directory.file("calib.txt", CalibrationGeometryTests.middlebury())
    let refused = fileError { () throws(FileError) in _ = try readCalibration(middlebury, right: right) }
    #expect("\(refused!)".contains("the whole pair"))
  }

  @Test func dsecHasTwoPairs() throws {
    let text = try #require(Self.texts.first { $0.name == "DSEC" }?.text)
    let path = try directory.file("cam_to_cam.yaml", text)
    #expect(try readCalibration(path, cameras: CameraPair(left: 0, right: 3)).baseline == 0.5)
    let error = fileError { () throws(FileError) in _ = try readCalibration(path, cameras: .colour) }
    #expect("\(error!)".contains("2,3") && "\(error!)".contains("0,3 and 1,2"))
  }

  /// Files of raw cameras are refused by their true name.
  @Test(arguments: [
    (
      "cam0:\n  camera_model: pinhole\n  intrinsics: [1, 2, 3, 4]\ncam1:\n  intrinsics: [1, 2, 3, 4]\n",
      "Kalibr camchain"
    ),
    ("T_BS:\n  data: [1]\nintrinsics: [458.654, 457.296, 367.215, 248.375]\n", "EuRoC sensor.yaml"),
    ("{\"cameraData\": [[0, {}]], \"stereoRectificationData\": {}}", "DepthAI calibration"),
    ("[LEFT_CAM_HD]\nfx=700\n[RIGHT_CAM_HD]\nfx=700\n[STEREO]\nBaseline=120\n", "ZED .conf"),
    ("Camera.type: \"PinHole\"\nCamera1.fx: 1\nCamera2.fx: 1\nStereo.T_c1_c2: 1\n", "ORB-SLAM settings"),
    ("M1: [1, 0, 1, 0, 1, 1, 0, 0, 1]\nM2: [1, 0, 1, 0, 1, 1, 0, 0, 1]\n# opencv", "raw cameras"),
  ]) func rawCamerasAreNamed(text: String, name: String) throws {
    let path = try directory.file("calib", text)
    let error = fileError { () throws(FileError) in _ = try readCalibration(path) }
    #expect(error?.isInvalid == true && "\(error!)".contains(name) && "\(error!)".contains("rectified"))
  }

  /// `P2:` begins a line of KITTI's, not a PGM.
  @Test func projectionsAreNoPictures() throws {
    let lines = CalibrationFileTests.kitti.split(separator: "\n")
    let path = try directory.file("calib.txt", lines[2...].joined(separator: "\n"))
    #expect(try inspectFile(path).kind == .calibration)
    #expect(try readCalibration(path).focalLength == 720)
  }
}
