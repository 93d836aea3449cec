import Foundation
import Testing

/// Methods keep their word on the command line: presets, settings, ranges, right maps.
@Suite struct MethodTests {
  @Test func methodsInJSON() throws {
    let scratch = try Scratch()
    let run = try Tool.run(["methods", "--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    let names = list.compactMap { $0["name"] as? String }
    #expect(Set(names).isSuperset(of: ["sgm", "pipeline", "mc-cnn-fast", "modulenet", "psmnet", "iresnet"]))
    for method in list {
      for key in ["purpose", "parameters", "presets", "weights", "gives", "defaultRange", "measured"] {
        #expect(method[key] != nil, "\(method["name"] ?? ""): \(key)")
      }
    }
  }

  @Test func methodsForPeople() throws {
    let scratch = try Scratch()
    let all = try Tool.run(["methods"], in: scratch.url)
    for mention in ["--preset driving (the default)", "--set speckle-size=…", "0 … 191", "default: 100"] {
      #expect(all.output.contains(mention), "\(mention)")
    }
    let one = try Tool.run(["methods", "sgm"], in: scratch.url)
    #expect(one.output.contains("the largest patch that is removed, pixels") && !one.output.contains("mc-cnn"))
    let none = try Tool.run(["methods", "magic"], in: scratch.url)
    #expect(none.code == 64 && none.error.contains("modulenet"), "\(none.error)")
  }

  @Test func rightMapsThatThereAreNot() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 64, height: 24, disparity: 3)
    try BadInputTests.expect(
      [
        "match", "left.pgm", "right.pgm", "--method", "modulenet", "--max-disparity", "16", "--right-disparity",
        "r.pfm",
      ],
      in: scratch, code: 64, mentions: ["right-disparity", "modulenet", "sgm"])
  }

  /// Every method takes both; the network's map has nothing to fill.
  @Test(arguments: ["sgm", "modulenet", "mc-cnn-census", "pipeline"]) func filling(method: String) throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 64, height: 24, disparity: 3)
    for option in ["--fill", "--no-fill"] {
      let run = try Tool.run(
        [
          "match", "left.pgm", "right.pgm", "--method", method, "--max-disparity", "16", option, "--json",
          "--disparity",
          "d.pfm",
        ], in: scratch.url)
      #expect(run.code == 0, "\(method) \(option): \(run.error)")
      let valid = try #require(run.json?["validFraction"] as? Double)
      #expect(option == "--fill" || method == "modulenet" ? valid > 0.99 : valid < 1, "\(method) \(option): \(valid)")
    }
  }

  /// A calibration whose ndisp the network does not search.
  @Test func rangesAreWidened() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 100, height: 40, disparity: 7)
    let camera = "cam0=[100 0 50; 0 100 20; 0 0 1]\ncam1=[100 0 50; 0 100 20; 0 0 1]\ndoffs=0\nbaseline=100\n"
    try scratch.write("calib.txt", Array((camera + "width=100\nheight=40\nndisp=70\n").utf8))
    let run = try Tool.run(
      [
        "match", "left.pgm", "right.pgm", "--method", "modulenet", "--calibration", "calib.txt", "--json",
        "--disparity",
        "d.pfm",
      ], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    #expect(run.json?["maxDisparity"] as? Int == 70)
    let notes = run.json?["notes"] as? [String] ?? []
    #expect(notes.contains { $0.contains("0 ..< 72") && $0.contains("0 ..< 70") }, "\(notes)")
    #expect(notes.contains { $0.contains("modulenet-kitti") }, "\(notes)")
    let values = try MatchTests.pfm(scratch.url.appending(path: "d.pfm"))
    #expect(values.allSatisfy { !($0 < .infinity && $0 > 69.5) })
    let inner = (10..<30).flatMap { y in (30..<90).map { x in values[y * 100 + x] } }
    #expect(Double(inner.filter { abs($0 - 7) < 1 }.count) / Double(inner.count) > 0.9)
  }

  @Test func pipelinesByName() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 64, height: 24, disparity: 3)
    let pair = ["match", "left.pgm", "right.pgm", "--max-disparity", "12", "--method", "pipeline"]
    let run = try Tool.run(
      pair + [
        "--set", "cost=zncc", "--set", "zncc-radius=2", "--set", "aggregation=box", "--set", "refinement=median,fill",
        "--disparity", "d.pfm",
      ], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let values = try MatchTests.pfm(scratch.url.appending(path: "d.pfm"))
    #expect(abs(values[12 * 64 + 40] - 3) < 0.5)
    try FileManager.default.removeItem(at: scratch.url.appending(path: "d.pfm"))
    for (setting, mentions) in [
      ("cost=sad", ["cost", "absolute-differences", "sad"]),
      ("refinement=fill,left-right-check", ["left-right-check before fill", "what was filled"]),
      ("arm-limit=9", ["arm-limit", "aggregation=cross-based"]),
    ] {
      try BadInputTests.expect(pair + ["--set", setting], in: scratch, code: 64, mentions: mentions)
    }
  }

  @Test func weightsThatWereTaken() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 40, height: 20, disparity: 3)
    for (preset, model) in [("driving", "mc-cnn-fast-kitti"), ("indoor", "mc-cnn-fast-middlebury")] {
      let run = try Tool.run(
        [
          "match", "left.pgm", "right.pgm", "--method", "mc-cnn-fast", "--preset", preset, "--max-disparity", "12",
          "--json", "--disparity", "d.pfm",
        ], in: scratch.url)
      #expect((run.json?["notes"] as? [String] ?? []).contains { $0.contains(model) }, "\(run.output) \(run.error)")
    }
  }
}
