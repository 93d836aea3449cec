import Foundation
import Testing

/// `stereodepth benchmark --run A --run B`: presets, methods and maps of others on one page.
@Suite struct ComparisonTests {
  static let benchmark = ["benchmark", "kitti2012", "data", "--max-disparity", "32"]

  @Test func presetsAndMapsAreCompared() throws {
    let scratch = try Scratch()
    try BenchmarkTests.dataset(scratch, frames: 3, layout: BenchmarkTests.kitti2012)
    // Maps of somebody else: the truth itself.
    try FileManager.default.copyItem(
      at: scratch.url.appending(path: "data/training/disp_noc"), to: scratch.url.appending(path: "other"))
    let runs = ["--run", "sgm:quality", "--run", "sgm:realtime:fill=false", "--run", "maps:other"]
    let run = try Tool.run(Self.benchmark + runs + ["--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let methods = try #require(run.json?["methods"] as? [[String: Any]])
    #expect(methods.map { $0["method"] as? String } == ["sgm:quality", "sgm:realtime:fill=false", "maps:other"])
    #expect((methods[2]["outNoc"] as? [String: Double])?["2"] == 0 && methods[2]["density"] as? Double == 100)
    #expect(methods[2]["seconds"] is NSNull && methods[0]["seconds"] is [String: Any])
    #expect((methods[1]["density"] as? Double ?? 100) < (methods[0]["density"] as? Double ?? 0))
    #expect((run.json?["differences"] as? [Any])?.count == 3)
    let page = try #require(run.json?["comparison"] as? String)
    #expect(page == "benchmark/kitti2012/comparison.html")
    let text = try String(contentsOf: scratch.url.appending(path: page), encoding: .utf8)
    #expect(text.contains("sgm:realtime:fill=false") && text.contains("frame-2") && !text.contains("src=\"http"))
    let again = try Tool.run(Self.benchmark + runs, in: scratch.url)
    #expect(again.output.contains("Compared in \(page)") && again.output.contains("Out-Noc > 3 px"), "\(again.output)")
  }

  @Test func mistakesInRuns() throws {
    let scratch = try Scratch()
    try BenchmarkTests.dataset(scratch, frames: 1, layout: BenchmarkTests.kitti2012)
    for (run, code, mention) in [
      ("magic", Int32(64), "magic"), ("sgm:best", 64, "best"), ("sgm:quality:nonsense", 64, "nonsense"),
      ("maps:", 64, "maps:"),
      ("sgm:max-disparity=many", 64, "max-disparity"), ("maps:absent", 66, "absent"), ("sgm:colour=blue", 64, "colour"),
    ] {
      try BadInputTests.expect(Self.benchmark + ["--run", run], in: scratch, code: code, mentions: [mention])
    }
    try FileManager.default.createDirectory(at: scratch.url.appending(path: "few"), withIntermediateDirectories: true)
    try scratch.write("few/other.png", EvaluateTests.png([256], width: 1))
    try BadInputTests.expect(
      Self.benchmark + ["--run", "maps:few"], in: scratch, code: 66, mentions: ["few", "000000_10"])
  }

  /// Frames that the weights were trained on are no test of them: said for those, not for frames 120 to 149.
  @Test func framesOfTheTrainingDataAreSaid() throws {
    let scratch = try Scratch()
    try BenchmarkTests.dataset(scratch, frames: 2, layout: BenchmarkTests.kitti2012)
    for folder in ["image_0", "image_1", "disp_noc"] {
      let base = scratch.url.appending(path: "data/training/\(folder)")
      try FileManager.default.moveItem(
        at: base.appending(path: "000001_10.png"), to: base.appending(path: "000121_10.png"))
    }
    let run = try Tool.run(Self.benchmark + ["--method", "mc-cnn-fast", "--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let warnings = run.json?["warnings"] as? [String] ?? []
    #expect(warnings.count == 1 && warnings[0].hasPrefix("1 of 2 frames, such as 000000_10"), "\(warnings)")
    #expect(run.error.contains("training data of bundled mc-cnn-fast-kitti"), "\(run.error)")
    let other = try Tool.run(
      Self.benchmark + ["--method", "mc-cnn-fast", "--frames", "121", "--json", "--output-directory", "b"],
      in: scratch.url)
    #expect(other.code == 0 && other.json?["warnings"] as? [String] == [], "\(other.error)")
  }

  /// Records that others changed: lists without numbers are not used, and the frame is run again.
  @Test func recordsWithEmptyListsAreRunAgain() throws {
    let scratch = try Scratch()
    try BenchmarkTests.dataset(scratch, frames: 2, layout: BenchmarkTests.kitti2012)
    let whole = try Tool.run(Self.benchmark + ["--json"], in: scratch.url)
    let path = scratch.url.appending(path: "benchmark/kitti2012/sgm/frames/000000_10.json")
    let good = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
    for (outer, inner) in [("distribution", "histogram"), ("distribution", "pixels"), ("sparsification", "curve")] {
      var record = good
      var part = try #require(record[outer] as? [String: Any])
      part[inner] = [Int]()
      record[outer] = part
      try JSONSerialization.data(withJSONObject: record).write(to: path)
      let run = try Tool.run(Self.benchmark + ["--json", "--report", "r.html"], in: scratch.url)
      #expect(run.code == 0, "\(inner): \(run.error)")
      #expect(run.json?["outNoc"] as? [String: Double] == whole.json?["outNoc"] as? [String: Double])
    }
    var record = good
    var score = try #require(record["score"] as? [String: Any])
    var noc = try #require(score["noc"] as? [String: Any])
    noc["outliers"] = [Int]()
    score["noc"] = noc
    record["score"] = score
    try JSONSerialization.data(withJSONObject: record).write(to: path)
    #expect(try Tool.run(Self.benchmark + ["--report", "r.html"], in: scratch.url).code == 0)
  }
}
