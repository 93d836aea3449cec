import ImageFiles
import StereoCore
import Testing

@Suite struct CalibrationFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The calibration of a text, as a file of this name.
  func read(_ text: String, cameras: CameraPair? = nil) throws -> StereoCalibration {
    try readCalibration(directory.file("calib.txt", text), cameras: cameras)
  }

  static let kitti = """
    P0: 700 0 600 0 0 700 180 0 0 0 1 0
    P1: 700 0 600 -350 0 700 180 0 0 0 1 0
    P2: 720 0 610 36 0 720 172 0.2 0 0 1 0.003
    P3: 720 0 610 -324 0 720 172 2.2 0 0 1 0.003
    """

  @Test func kittiHasTwoPairs() throws {
    let gray = try read(Self.kitti)
    #expect(gray.focalLength == 700 && gray.baseline == 0.5 && gray.disparityOffset == 0)
    #expect(gray.principalPoint == .init(x: 600, y: 180))
    let colour = try read(Self.kitti, cameras: .colour)
    #expect(colour.focalLength == 720 && colour.baseline == 0.5)
  }

  @Test func kittiRawIsRead() throws {
    let text = """
      calib_time: 09-Jan-2012 13:57:47
      S_rect_02: 1.242000e+03 3.750000e+02
      P_rect_02: 720 0 610 36 0 720 172 0.2 0 0 1 0.003
      P_rect_03: 720 0 610 -324 0 720 172 2.2 0 0 1 0.003
      """
    let calibration = try read(text)
    #expect(calibration.baseline == 0.5)
    #expect(calibration.imageSize == PixelSize(width: 1242, height: 375))
  }

  @Test func middleburyHasMillimetresAndAnOffset() throws {
    let calibration = try read(
      """
      cam0=[994.978 0 311.193; 0 994.978 254.877; 0 0 1]
      cam1=[994.978 0 342.279; 0 994.978 254.877; 0 0 1]
      doffs=31.086
      baseline=193.001
      width=741
      height=500
      ndisp=64
      """)
    #expect(calibration.focalLength == 994.978)
    #expect(abs(calibration.baseline - 0.193001) < 1e-12)
    #expect(calibration.disparityOffset == 31.086)
    #expect(calibration.principalPoint == .init(x: 311.193, y: 254.877))
    #expect(calibration.disparityCount == 64)
    #expect(calibration.imageSize == PixelSize(width: 741, height: 500))
  }

  @Test func middleburyOffsetFollowsFromTheCameras() throws {
    let calibration = try read("cam0=[10 0 3;0 10 2;0 0 1]\r\ncam1=[10 0 4.5;0 10 2;0 0 1]\r\nbaseline=100\r\n")
    #expect(calibration.disparityOffset == 1.5)
  }

  static let openCVHeader = "%YAML:1.0\n---\n"
  static func matrix(_ name: String, _ rows: Int, _ data: String) -> String {
    "\(name): !!opencv-matrix\n   rows: \(rows)\n   cols: 4\n   dt: d\n   data: [ \(data) ]\n"
  }

  @Test func openCVHasQ() throws {
    // f = 500, B = 0.25, cx = 320, cy = 240, cx' = 330: Q[3,2] = −1/Tx = 4, Q[3,3] = (cx − cx')/Tx = 40.
    let q = Self.matrix("Q", 4, "1., 0., 0., -320., 0., 1., 0., -2.4e+02, 0., 0., 0.,\n       500., 0., 0., 4., 40.")
    let calibration = try read(Self.openCVHeader + Self.matrix("R1", 3, "1") + q)
    #expect(calibration.focalLength == 500 && calibration.baseline == 0.25 && calibration.disparityOffset == 10)
    #expect(calibration.principalPoint == .init(x: 320, y: 240))
  }

  @Test func openCVHasProjections() throws {
    let calibration = try read(
      Self.openCVHeader + Self.matrix("P1", 3, "500., 0., 320., 0., 0., 500., 240., 0., 0., 0., 1., 0.")
        + Self.matrix("P2", 3, "500., 0., 330., -125., 0., 500., 240., 0., 0., 0., 1., 0."))
    #expect(calibration.focalLength == 500 && calibration.baseline == 0.25 && calibration.disparityOffset == 10)
  }

  static func cameraInfo(_ translation: Double) -> String {
    """
    image_width: 640
    image_height: 480
    camera_name: narrow_stereo
    distortion_model: plumb_bob
    projection_matrix:
      rows: 3
      cols: 4
      data: [400.0, 0.0, 320.0, \(translation), 0.0, 400.0, 240.0, 0.0, 0.0, 0.0, 1.0, 0.0]

    """
  }

  @Test func rosHasOneFileACamera() throws {
    let left = try directory.file("left.yaml", Self.cameraInfo(0))
    // Alone it has no baseline.
    #expect(fileError { () throws(FileError) in _ = try readCalibration(left) }?.isInvalid == true)
    let other = try directory.file("other.yaml", Self.cameraInfo(-40))
    #expect(try readCalibration(left, right: other).baseline == 0.1)
    _ = try directory.file("right.yaml", Self.cameraInfo(-80))
    let calibration = try readCalibration(left)
    #expect(calibration.focalLength == 400 && calibration.baseline == 0.2)
    #expect(calibration.imageSize == PixelSize(width: 640, height: 480))
  }

  @Test func rosHasBothInOneFile() throws {
    #expect(try read(Self.cameraInfo(0) + "---\n" + Self.cameraInfo(-80)).baseline == 0.2)
    func indented(_ text: String) -> String { text.split(separator: "\n").map { "  \($0)\n" }.joined() }
    let keys = "left:\n" + indented(Self.cameraInfo(0)) + "right:\n" + indented(Self.cameraInfo(-80))
    #expect(try read(keys).baseline == 0.2)
  }

  @Test func foundationStereoHasTwoLines() throws {
    let calibration = try read("754.67 0.0 489.38 0.0 754.67 265.16 0.0 0.0 1.0\n0.063\n")
    #expect(calibration.focalLength == 754.67 && calibration.baseline == 0.063)
    #expect(calibration.principalPoint == .init(x: 489.38, y: 265.16))
  }

  static let wrong: [(text: String, says: String)] = [
    ("P0: 700 0 600 0 0 700 180 0 0 0 1 0\nP1: 700 0 600 0 0 700 180 0 0 0 1 0", "baseline"),
    ("P0: 700 0 600 0 0 700 180 0 0 0 1\nP1: 700 0 600 -350 0 700 180 0 0 0 1 0", "P0 of 12"),
    ("P0: 700 0 600 0 0 700 180 0 0 0 1 nan\nP1: 700 0 600 -350 0 700 180 0 0 0 1 0", "P0 of 12"),
    ("P0: 700 0 600 0 0 700 180 0 0 0 1 0", "a pair"),
    ("P0: 700 0 600 0 0 700 180 0 0 0 1 0\nP1: 700 0 600 0 0 700 180 -350 0 0 1 0", "side by side"),
    ("P0: 700 0 600 0 0 700 180 0 0 0 1 0\nP1: 500 0 600 -350 0 700 180 0 0 0 1 0", "one focal length"),
    ("P0: 700 0 600 -350 0 700 180 0 0 0 1 0\nP1: 700 0 600 0 0 700 180 0 0 0 1 0", "to the right"),
    ("cam0=[10 0 3;0 10 2;0 0 1]\nwidth=5", "baseline"),
    ("cam0=[10 0 3;0 10 2;0 0]\nbaseline=5", "cam0 of 9"),
    ("cam0=[0 0 3;0 0 2;0 0 1]\nbaseline=5", "focal length"),
    ("cam0=[10 0 3;0 10 2;0 0 1]\nbaseline=nan", "baseline of 1 finite number"),
    ("cam0=[10 0 3;0 10 2;0 0 1]\nbaseline=5\nndisp=1e30", "ndisp"),
    ("1 2 3 4 5 6 7 8 9", "nine intrinsics"),
    ("%YAML:1.0\n---\nM1: 3\n", "Q, or P1 and P2"),
    ("%YAML:1.0\n---\nQ: [1, 2", "YAML"),
    (openCVHeader + matrix("Q", 4, "1, 0, 0, .Nan, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0, 4, 0"), "Q of 16"),
    (openCVHeader + matrix("Q", 4, "1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0"), "baseline"),
    (cameraInfo(0), "two files"),
    (String(repeating: "projection_matrix: [", count: 20000), "nested"),
    ("distortion_model:\n" + String(repeating: "- ", count: 50000), "nested"),
    ("hello", "one of"), ("\u{0}\u{1}\u{2}", "one of"),
  ]

  @Test(arguments: wrong) func wrongTextsAreNamed(text: String, says: String) throws {
    let path = try directory.file("calib.txt", text)
    let error = try #require(fileError { () throws(FileError) in _ = try readCalibration(path) })
    #expect(error.isInvalid)
    #expect(error.description.contains(says), "\(error)")
    #expect(!error.description.contains("\n"))
  }

  @Test func descriptionsTellTheNumbers() throws {
    let path = try directory.file("calib.txt", Self.kitti)
    let description = try inspectFile(path)
    #expect(description.kind == .calibration)
    let said = "\(path): calibration, KITTI calibration, focalLength 700, baseline 0.5, doffs 0, cx 600, cy 180"
    #expect(description.description == said)
  }
}
