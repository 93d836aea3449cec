import Foundation
import Testing

/// `match` and `inspect` with calibrations as people have them: the depth of a pair with disparity 12 everywhere.
@Suite struct CalibrationTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    try scratch.writePair(width: 240, height: 60, disparity: 12)
  }

  /// Depth in the middle of the image, metres, and what the run said.
  func depth(_ options: [String], left: String = "left.pgm") throws -> (depth: Float, warnings: [String]) {
    let arguments = ["match", left, "right.pgm", "--max-disparity", "32", "--depth", "z.pfm", "--json"]
    let run = try Tool.run(arguments + options, in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let depths = try MatchTests.pfm(scratch.url.appending(path: "z.pfm"))
    return (depths[30 * 240 + 120], run.json?["warnings"] as? [String] ?? ["no JSON"])
  }

  func expect(_ depth: Float, _ options: [String], left: String = "left.pgm", warning: String? = nil) throws {
    let found = try self.depth(options, left: left)
    #expect(abs(found.depth - depth) < 0.01 * depth, "\(options): \(found.depth) m")
    if let warning {
      #expect(found.warnings.count == 1 && found.warnings[0].contains(warning), "\(found.warnings)")
    } else {
      #expect(found.warnings.isEmpty, "\(found.warnings)")
    }
  }

  static func info(_ p3: Double, more: String = "") -> String {
    "height: 120\nwidth: 480\ndistortion_model: plumb_bob\nK: [600, 0, 240, 0, 600, 60, 0, 0, 1]\n"
      + "P: [600, 0, 240, \(p3), 0, 600, 60, 0, 0, 0, 1, 0]\n\(more)"
  }

  @Test func binnedCameras() throws {
    let bins = "binning_x: 2\nbinning_y: 2\n"
    try scratch.write("binned.yaml", (Self.info(0, more: bins) + "---\n" + Self.info(-36, more: bins)).utf8)
    // 300 px · 0.06 m / 12 px
    try expect(1.5, ["--calibration", "binned.yaml"])
    try scratch.write("one.yaml", Self.info(0, more: bins).utf8)
    try scratch.write("two.txt", Self.info(-36, more: bins).utf8)
    try expect(1.5, ["--calibration", "one.yaml", "--calibration", "two.txt"])
  }

  @Test func pairsOfKITTI() throws {
    let lines = ["P0: 300", "P1: 300", "P2: 600", "P3: 600"].enumerated().map { index, start in
      let f = index < 2 ? 300.0 : 600
      return "\(start) 0 120 \(index % 2 == 0 ? 0 : -f * 0.06) 0 \(f) 30 0 0 0 1 0\n"
    }
    try scratch.write("calib.txt", lines.joined().utf8)
    try expect(1.5, ["--calibration", "calib.txt"])
    try expect(3, ["--calibration", "calib.txt", "--cameras", "2,3"])
    let folder = scratch.url.appending(path: "image_2")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: scratch.url.appending(path: "left.pgm"), to: folder.appending(path: "0.pgm"))
    try expect(3, ["--calibration", "calib.txt"], left: "image_2/0.pgm")
    try expect(1.5, ["--calibration", "calib.txt", "--cameras", "0,1"], left: "image_2/0.pgm")
    let pair = ["match", "left.pgm", "right.pgm", "--calibration", "calib.txt"]
    try BadInputTests.expect(pair + ["--cameras", "4,5"], in: scratch, code: 65, mentions: ["calib.txt", "4,5"])
    try BadInputTests.expect(pair + ["--cameras", "4"], in: scratch, code: 64, mentions: ["--cameras"])
  }

  @Test func unitsAndSingleValues() throws {
    let k = "300 0 120 0 300 30 0 0 1\n"
    try scratch.write("metres.txt", (k + "0.06\n").utf8)
    try scratch.write("millimetres.txt", (k + "60\n").utf8)
    let file = ["--calibration", "millimetres.txt"]
    try expect(1500, file, warning: "--baseline-unit mm")
    try expect(1.5, file + ["--baseline-unit", "mm"])
    try expect(15, file + ["--baseline-unit", "cm"])
    try expect(3, ["--calibration", "metres.txt", "--baseline", "0.12"])
    try expect(3, ["--calibration", "metres.txt", "--baseline", "120", "--baseline-unit", "mm"])
    try expect(0.5, ["--calibration", "metres.txt", "--focal-length", "100"])
    try expect(1, ["--calibration", "metres.txt", "--doffs", "6"])
    try expect(1.5, ["--focal-length", "300", "--baseline", "60", "--baseline-unit", "mm"])
    try expect(1500, ["--focal-length", "300", "--baseline", "60"], warning: "60.0 m")
    // Millimetres of millimetres.
    try scratch.write("tiny.txt", "cam0=[300 0 120; 0 300 30; 0 0 1]\nbaseline=0.06\n".utf8)
    try expect(0.0015, ["--calibration", "tiny.txt"], warning: "--baseline-unit m")
    // A cropped picture: said, not refused.
    try scratch.write("cropped.txt", "300 0 500 0 300 30 0 0 1\n0.06\n".utf8)
    try expect(1.5, ["--calibration", "cropped.txt"], warning: "principal point")
    let pair = ["match", "left.pgm", "right.pgm"]
    for options in [
      ["--baseline-unit", "mm"], ["--cameras", "0,1"], ["--doffs", "1"], ["--baseline-unit", "inch"],
      [String](repeating: "--calibration=metres.txt", count: 3),
    ] {
      try BadInputTests.expect(pair + options, in: scratch, code: 64, mentions: [])
    }
  }

  @Test func inspectTellsTheNumbers() throws {
    let text = "P2: 720 0 610 0 0 700 172 0 0 0 1 0\nP3: 720 0 620 -360 0 700 172 0 0 0 1 0\n"
    try scratch.write("calib.txt", text.utf8)
    let run = try Tool.run(["inspect", "calib.txt", "--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let all = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]]
    let one = try #require(all?.first)
    #expect(one["kind"] as? String == "calibration" && one["focalLength"] as? Double == 720)
    #expect(one["verticalFocalLength"] as? Double == 700 && one["doffs"] as? Double == 10)
    #expect(one["cx"] as? Double == 610 && one["cy"] as? Double == 172 && one["baseline"] as? Double == 0.5)
  }
}
