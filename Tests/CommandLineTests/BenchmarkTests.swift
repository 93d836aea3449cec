import Foundation
import Testing

/// `stereodepth benchmark` on a small data set in KITTI's layout: results, submissions, and going on after kill -9.
@Suite(.serialized) struct BenchmarkTests {
  static let size = (width: 96, height: 48)

  /// `data/training` with frames of random dots whose true disparity is 5 + k everywhere.
  static func dataset(_ scratch: Scratch, frames: Int, layout: (left: String, right: String, truth: String)) throws {
    let folders = [layout.left, layout.right, layout.truth].map { "data/training/\($0)" }
    for folder in folders {
      try FileManager.default.createDirectory(
        at: scratch.url.appending(path: folder), withIntermediateDirectories: true)
    }
    for k in 0..<frames {
      try scratch.writePair(width: size.width, height: size.height, disparity: 5 + k)
      let name = "00000\(k)_10.png"
      // Readers go by content: a PGM under a name of the layout is read as what it is.
      for (from, to) in [("left.pgm", folders[0]), ("right.pgm", folders[1])] {
        try FileManager.default.moveItem(
          at: scratch.url.appending(path: from), to: scratch.url.appending(path: "\(to)/\(name)"))
      }
      let codes = [UInt16](repeating: UInt16(256 * (5 + k)), count: size.width * size.height)
      try scratch.write("\(folders[2])/\(name)", EvaluateTests.png(codes, width: size.width))
    }
  }

  static let kitti2012 = (left: "image_0", right: "image_1", truth: "disp_noc")
  static let run2012 = ["benchmark", "kitti2012", "data", "--max-disparity", "32", "--json"]

  @Test func framesAreRunScoredAndKept() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 3, layout: Self.kitti2012)
    let run = try Tool.run(Self.run2012 + ["--report", "report.html", "--threads", "2"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    #expect(json["frames"] as? Int == 3)
    #expect((json["outNoc"] as? [String: Double])?["3"] ?? 100 < 10)
    #expect((json["perFrame"] as? [[String: Any]])?.count == 3)
    #expect(scratch.contents == ["benchmark", "data", "report.html"])
    let kept = scratch.url.appending(path: "benchmark/kitti2012/sgm/predictions").path
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept).sorted().first == "000000_10.png")
    let page = try String(contentsOf: scratch.url.appending(path: "report.html"), encoding: .utf8)
    #expect(page.contains("frame-2") && !page.contains("http://") || page.contains("http://www.w3.org/2000/svg"))
  }

  /// Testing frames become an archive as the server wants it; training frames, of which the server has the truth, are refused.
  @Test(arguments: ["kitti2012", "kitti2015"]) func submissionsAreOfTestingFrames(benchmark: String) throws {
    let scratch = try Scratch()
    let is2012 = benchmark == "kitti2012"
    try Self.dataset(
      scratch, frames: 2,
      layout: is2012 ? Self.kitti2012 : (left: "image_2", right: "image_3", truth: "disp_occ_0"))
    let testing = scratch.url.appending(path: "data/testing")
    try FileManager.default.createDirectory(at: testing, withIntermediateDirectories: true)
    for folder in is2012 ? ["image_0", "image_1"] : ["image_2", "image_3"] {
      try FileManager.default.copyItem(
        at: scratch.url.appending(path: "data/training/\(folder)"), to: testing.appending(path: folder))
    }
    let arguments = ["benchmark", benchmark, "data", "--max-disparity", "32", "--submission", "maps.zip"]
    try BadInputTests.expect(arguments, in: scratch, code: 64, mentions: ["--submission", "testing"])
    // The folder of the split itself, called testing: its frames have truth all the same.
    let folder = ["benchmark", benchmark, "data/training"] + arguments[3...] + ["--split", "testing"]
    try BadInputTests.expect(folder, in: scratch, code: 64, mentions: ["--submission", "000000_10", "training"])
    let run = try Tool.run(arguments + ["--split", "testing"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let archive = try Data(contentsOf: scratch.url.appending(path: "maps.zip"))
    let name = is2012 ? "000001_10.png" : "disp_0/000001_10.png"
    #expect(archive.starts(with: Data("PK".utf8)) && archive.range(of: Data(name.utf8)) != nil)
  }

  @Test func selectionsChooseFrames() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 4, layout: Self.kitti2012)
    for (arguments, count) in [(["--frames", "1-2,3"], 3), (["--every", "2"], 2), (["--frames", "000002_10"], 1)] {
      let run = try Tool.run(Self.run2012 + arguments, in: scratch.url)
      #expect(run.json?["frames"] as? Int == count, "\(run.error)")
    }
  }

  /// Killed at many moments and started again, a run ends with the predictions and scores of a run that was left alone.
  @Test func killedRunsGoOn() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 8, layout: Self.kitti2012)
    let whole = try Tool.run(Self.run2012 + ["--output-directory", "whole"], in: scratch.url)
    #expect(whole.code == 0, "\(whole.error)")
    let expected = try Self.results(scratch, "whole")

    var kills = 0
    var delay = 0.004  // a fast machine ends a run within 30 ms
    while true {
      let process = Process()
      process.executableURL = Tool.products.appending(path: "stereodepth")
      process.arguments = Self.run2012 + ["--output-directory", "parts", "--threads", "2"]
      process.currentDirectoryURL = scratch.url
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let end = Date(timeIntervalSinceNow: delay)
      while process.isRunning && Date() < end { usleep(500) }
      let doneBefore = Self.done(scratch, "parts")
      if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        kills += 1
      }
      process.waitUntilExit()
      #expect(Self.done(scratch, "parts").count >= doneBefore.count, "a finished frame was lost")
      if process.terminationReason == .exit && process.terminationStatus == 0 { break }
      delay = min(delay * 1.3, 20)
      if kills > 60 { break }
    }
    #expect(kills > 0, "the run was never killed")
    #expect(try Self.results(scratch, "parts") == expected)
    let folder = scratch.url.appending(path: "parts/kitti2012/sgm")
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".partial") }
    #expect(left.isEmpty, "\(left)")
  }

  /// Frames that are done are not run again: their records keep their times.
  @Test func finishedFramesAreKept() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 3, layout: Self.kitti2012)
    _ = try Tool.run(Self.run2012 + ["--frames", "0-1"], in: scratch.url)
    let before = try Self.record(scratch, "000001_10")
    let run = try Tool.run(Self.run2012, in: scratch.url)
    #expect(run.json?["frames"] as? Int == 3)
    #expect(try Self.record(scratch, "000001_10") == before)
  }

  @Test func otherOptionsAreNotMixed() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 1, layout: Self.kitti2012)
    _ = try Tool.run(Self.run2012, in: scratch.url)
    let run = try Tool.run(["benchmark", "kitti2012", "data", "--max-disparity", "64"], in: scratch.url)
    #expect(run.code == 65 && run.error.contains("run.json"), "\(run.error)")
  }

  @Test func mistakesOfUsers() throws {
    let scratch = try Scratch()
    try Self.dataset(scratch, frames: 1, layout: Self.kitti2012)
    let expect = { (arguments: [String], code: Int32, mentions: [String]) in
      try BadInputTests.expect(arguments, in: scratch, code: code, mentions: mentions)
    }
    try expect(["benchmark", "kitti2012", "absent"], 66, ["absent"])
    try expect(["benchmark", "kitti2015", "data"], 66, ["data", "image_2"])
    try expect(["benchmark", "kitti2012", "data", "--frames", "7"], 64, ["7"])
    try expect(["benchmark", "kitti2012", "data", "--frames", "3-1"], 64, ["3-1"])
    try expect(["benchmark", "kitti2012", "data", "--method", "magic"], 64, ["magic"])
    try expect(["benchmark", "kitti2012", "data", "--report", "absent/r.html"], 73, ["absent/r.html"])
    try expect(["benchmark", "kitti2012", "data", "--report", "/proc/r.html"], 73, ["/proc/r.html"])
    try expect(["benchmark", "middlebury", "data", "--submission", "s.zip"], 64, ["--submission"])
  }

  static func done(_ scratch: Scratch, _ directory: String) -> [String] {
    let folder = scratch.url.appending(path: "\(directory)/kitti2012/sgm/frames").path
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }
  }

  static func record(_ scratch: Scratch, _ frame: String) throws -> Data {
    try Data(contentsOf: scratch.url.appending(path: "benchmark/kitti2012/sgm/frames/\(frame).json"))
  }

  /// Predictions, confidences and scores of a run by file name; times differ from run to run and are left out.
  static func results(_ scratch: Scratch, _ directory: String) throws -> [String: Data] {
    let base = scratch.url.appending(path: "\(directory)/kitti2012/sgm")
    var results: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: base.path) {
      let data = try? Data(contentsOf: base.appending(path: path))
      guard let data, path.contains("/") else { continue }
      if path.hasSuffix(".json") {
        var record = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        record["seconds"] = nil
        results[path] = try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
      } else {
        results[path] = data
      }
    }
    return results
  }
}
