import ImageFiles
import StereoCore
import Testing

/// Fields that change the geometry count in every format, and rigs that no rectified pair can have are refused in every one.
@Suite struct CalibrationGeometryTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  func read(_ text: String, cameras: CameraPair? = nil, image: String? = nil, unit: LengthUnit? = nil) throws
    -> StereoCalibration
  {
    try readCalibration(directory.file("any.name", text), cameras: cameras, image: image, baselineUnit: unit)
  }

  /// Two cameras in the words of a format.
  struct Pair: Sendable {
    var f = (x: 300.0, y: 300.0)
    var skew = 0.0
    var cx = 120.0
    var cy = 80.0
    var rightCx = 120.0
    var rightCy = 80.0
    /// The right focal length as a share of the left one.
    var rightF = 1.0
    var x = 0.06
    var y = 0.0
    var z = 0.0

    /// The twelve numbers of a projection.
    func projection(right: Bool) -> String {
      let (fx, fy) = right ? (f.x * rightF, f.y * rightF) : f
      let (cx, cy) = right ? (rightCx, rightCy) : (cx, cy)
      let place = right ? (x, y, z) : (0, 0, 0)
      let last = (-fx * place.0 - cx * place.2, -fy * place.1 - cy * place.2, -place.2)
      return [fx, skew, cx, last.0, 0, fy, cy, last.1, 0, 0, 1, last.2].map { "\($0)" }.joined(separator: " ")
    }
  }

  /// How a format writes a pair.
  static let formats: [(name: String, text: @Sendable (Pair) -> String)] = [
    ("KITTI", { "P0: \($0.projection(right: false))\nP1: \($0.projection(right: true))\n" }),
    (
      "OpenCV",
      { pair in
        func matrix(_ name: String, _ numbers: String) -> String {
          let data = numbers.split(separator: " ").joined(separator: ", ")
          return "\(name): !!opencv-matrix\n   rows: 3\n   cols: 4\n   dt: d\n   data: [ \(data) ]\n"
        }
        return "%YAML:1.0\n---\n" + matrix("P1", pair.projection(right: false))
          + matrix("P2", pair.projection(right: true))
      }
    ),
    (
      "OpenCV XML",
      { pair in
        func matrix(_ name: String, _ numbers: String) -> String {
          "<\(name) type_id=\"opencv-matrix\"><rows>3</rows><cols>4</cols><dt>d</dt>\n<data>\n\(numbers)</data></\(name)>\n"
        }
        return "<?xml version=\"1.0\"?>\n<opencv_storage>\n" + matrix("P1", pair.projection(right: false))
          + matrix("P2", pair.projection(right: true)) + "</opencv_storage>\n"
      }
    ),
    (
      "ROS",
      { pair in
        [false, true].map { right in
          let data = pair.projection(right: right).split(separator: " ").joined(separator: ", ")
          return "image_width: 240\nimage_height: 160\ndistortion_model: plumb_bob\nprojection_matrix:\n  rows: 3\n"
            + "  cols: 4\n  data: [\(data)]\n"
        }.joined(separator: "---\n")
      }
    ),
    (
      "ost.txt",
      { pair in
        [false, true].map { right in
          let numbers = pair.projection(right: right).split(separator: " ")
          let rows = stride(from: 0, to: 12, by: 4).map { numbers[$0..<$0 + 4].joined(separator: " ") }
          return
            "# oST version 5.0 parameters\n\n[image]\n\nwidth\n240\n\nheight\n160\n\n[\(right ? "right" : "left")]\n\n"
            + "camera matrix\n300 0 120\n0 300 80\n0 0 1\n\ndistortion\n0 0 0 0 0\n\nrectification\n1 0 0\n0 1 0\n0 0 1\n\n"
            + "projection\n\(rows.joined(separator: "\n"))\n\n"
        }.joined()
      }
    ),
  ]

  @Test(arguments: formats.indices) func everyFieldCounts(index: Int) throws {
    let write = Self.formats[index].text
    let plain = try read(write(Pair()))
    #expect(plain.focalLength == 300 && plain.verticalFocalLength == 300 && abs(plain.baseline - 0.06) < 1e-12)
    #expect(plain.principalPoint == .init(x: 120, y: 80) && plain.disparityOffset == 0)
    let other = try read(write(Pair(f: (x: 300, y: 450), rightCx: 125)))
    #expect(other.verticalFocalLength == 450 && other.disparityOffset == 5)
    #expect(abs(try read(write(Pair(x: 60)), unit: .millimetres).baseline - 0.06) < 1e-12)
    #expect(abs(try read(write(Pair(x: 6)), unit: .centimetres).baseline - 0.06) < 1e-12)
    // KITTI's colour cameras differ by half a percent of the baseline in height.
    #expect(abs(try read(write(Pair(y: 0.0003, z: 0.0001))).baseline - 0.06) < 1e-12)
  }

  @Test(arguments: formats.indices) func noRectifiedPairIsRefused(index: Int) throws {
    let write = Self.formats[index].text
    let wrong: [(Pair, String)] = [
      (Pair(skew: 2), "skew"), (Pair(rightCy: 82), "cy"), (Pair(rightF: 1.05), "one focal length"),
      (Pair(x: 0, y: 0.06), "one above the other"), (Pair(y: 0.01), "above or below"),
      (Pair(z: 0.02), "before or behind"),
      (Pair(x: 0), "positive baseline"), (Pair(x: -0.06), "given second"), (Pair(f: (x: -1, y: 300)), "focal length"),
    ]
    for (pair, says) in wrong {
      let path = try directory.file("any.name", write(pair))
      let error = fileError { () throws(FileError) in _ = try readCalibration(path) }
      #expect(error?.isInvalid == true && "\(error!)".contains(says), "\(Self.formats[index].name): \("\(error!)")")
    }
  }

  static func middlebury(_ right: String = "300 0 120; 0 300 80; 0 0 1", doffs: String = "0") -> String {
    "cam0=[300 0 120; 0 300 80; 0 0 1]\ncam1=[\(right)]\ndoffs=\(doffs)\nbaseline=60\nwidth=240\nheight=160\nndisp=64\n"
  }

  @Test func middleburyIsCheckedAlike() throws {
    #expect(abs(try read(Self.middlebury()).baseline - 0.06) < 1e-12)
    #expect(try read(Self.middlebury(), unit: .metres).baseline == 60)
    #expect(try read(Self.middlebury("300 0 131; 0 300 80; 0 0 1", doffs: "11")).disparityOffset == 11)
    for (right, doffs, says) in [
      ("330 0 120; 0 330 80; 0 0 1", "0", "one focal length"), ("300 0 120; 0 300 85; 0 0 1", "0", "cy"),
      ("300 0 131; 0 300 80; 0 0 1", "5", "doffs of cx′ − cx"), ("300 3 120; 0 300 80; 0 0 1", "0", "skew"),
    ] {
      let path = try directory.file("calib.txt", Self.middlebury(right, doffs: doffs))
      let error = fileError { () throws(FileError) in _ = try readCalibration(path) }
      #expect(error?.isInvalid == true && "\(error!)".contains(says))
    }
    let tall = Self.middlebury("300 0 120; 0 450 80; 0 0 1").replacing(
      "cam0=[300 0 120; 0 300", with: "cam0=[300 0 120; 0 450")
    #expect(try read(tall).verticalFocalLength == 450)
  }

  static func cameraInfo(_ p3: Double, more: String = "", width: Int = 480, height: Int = 320) -> String {
    "height: \(height)\nwidth: \(width)\ndistortion_model: plumb_bob\nD: [0.0, 0.0, 0.0, 0.0, 0.0]\n"
      + "K: [600.0, 0.0, 240.0, 0.0, 600.0, 160.0, 0.0, 0.0, 1.0]\nR: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]\n"
      + "P: [600.0, 0.0, 240.0, \(p3), 0.0, 600.0, 160.0, 0.0, 0.0, 0.0, 1.0, 0.0]\n\(more)---\n"
  }

  @Test func rosBinsAndCuts() throws {
    func pair(_ more: String, right: String? = nil) -> String {
      Self.cameraInfo(0, more: more) + Self.cameraInfo(-36, more: right ?? more)
    }
    let binned = try read(pair("binning_x: 2\nbinning_y: 2\n"))
    #expect(binned.focalLength == 300 && binned.verticalFocalLength == 300 && abs(binned.baseline - 0.06) < 1e-12)
    #expect(binned.principalPoint == .init(x: 120, y: 80) && binned.imageSize == PixelSize(width: 240, height: 160))
    // Rows alone are joined: pixels are no longer square.
    let rows = try read(pair("binning_x: 1\nbinning_y: 2\n"))
    #expect(rows.focalLength == 600 && rows.verticalFocalLength == 300)
    #expect(rows.imageSize == PixelSize(width: 480, height: 160))
    let region = "roi:\n  x_offset: 40\n  y_offset: 20\n  height: 200\n  width: 320\n  do_rectify: true\n"
    let cut = try read(pair(region + "binning_x: 2\nbinning_y: 2\n"))
    #expect(cut.principalPoint == .init(x: 100, y: 70) && cut.focalLength == 300)
    #expect(cut.imageSize == PixelSize(width: 160, height: 100))
    // 0 means no binning and no region.
    let none = "binning_x: 0\nbinning_y: 0\nroi: {x_offset: 0, y_offset: 0, height: 0, width: 0, do_rectify: false}\n"
    #expect(try read(pair(none)).principalPoint == .init(x: 240, y: 160))
    // Regions that begin in other columns shift the right view.
    let shifted = region.replacing("x_offset: 40", with: "x_offset: 50")
    #expect(try read(pair(region, right: shifted)).disparityOffset == -10)
    let path = try directory.file(
      "rows.yaml", pair(region, right: region.replacing("y_offset: 20", with: "y_offset: 30")))
    let error = fileError { () throws(FileError) in _ = try readCalibration(path) }
    #expect("\(error!)".contains("cy"))
  }

  @Test func theImageFolderChoosesKITTIsPair() throws {
    let text = CalibrationFileTests.kitti
    for (image, f) in [
      ("training/image_2/000000_10.png", 720.0), ("image_02/data/0000000000.png", 720), ("image_3/a.png", 720),
      ("image_0/000000_10.png", 700), ("image_00/data/1.png", 700), ("left.png", 700), ("image_9/left.png", 700),
    ] {
      #expect(try read(text, image: image).focalLength == f, "\(image)")
    }
    // What the caller says counts more.
    #expect(try read(text, cameras: .gray, image: "image_2/000000_10.png").focalLength == 700)
    let gray = text.split(separator: "\n").prefix(2).joined(separator: "\n")
    let path = try directory.file("gray.txt", gray)
    for (cameras, image) in [(CameraPair.colour, nil as String?), (nil, "image_2/a.png")] {
      let error = fileError { () throws(FileError) in _ = try readCalibration(path, cameras: cameras, image: image) }
      #expect(error?.isInvalid == true && "\(error!)".contains("2,3") && "\(error!)".contains("cameras 0, 1"))
    }
  }

  @Test func pairsArePairsOfNumbers() {
    #expect(CameraPair("2,3") == .colour && CameraPair("101,103") == CameraPair(left: 101, right: 103))
    for text in ["2", "2,", "2,2", "a,b", "2,3,4", "-1,2", ""] { #expect(CameraPair(text) == nil) }
  }

  @Test func openCVsMatricesMustAgree() throws {
    let q = CalibrationFileTests.matrix("Q", 4, "1, 0, 0, -120, 0, 1, 0, -80, 0, 0, 0, 300, 0, 0, 16, 0")
    let projections = Self.formats[1].text(Pair(x: 0.0625))
    #expect(try read(projections + q).baseline == 0.0625)
    let path = try directory.file("contradiction.yml", Self.formats[1].text(Pair(x: 0.05)) + q)
    let error = fileError { () throws(FileError) in _ = try readCalibration(path) }
    #expect(error?.isInvalid == true && "\(error!)".contains("Q as the projections say"))
    // Pixels that are not square: Q[0,0] and Q[1,1] differ.
    let tall = CalibrationFileTests.matrix("Q", 4, "1, 0, 0, -120, 0, 0.5, 0, -40, 0, 0, 0, 300, 0, 0, 16, 0")
    let calibration = try read(CalibrationFileTests.openCVHeader + tall)
    #expect(calibration.verticalFocalLength == 600 && calibration.baseline == 0.0625)
    #expect(calibration.principalPoint == .init(x: 120, y: 80))
  }
}
