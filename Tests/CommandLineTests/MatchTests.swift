import Foundation
import Testing

@Suite struct MatchTests {
  @Test func defaultOutputsAreWritten() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 120, height: 60, disparity: 7)
    let run = try Tool.run(["match", "left.pgm", "right.pgm", "--max-disparity", "32"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    #expect(scratch.contents == ["disparity.pfm", "disparity.png", "left.pgm", "preview.png", "right.pgm"])
    #expect(run.output.contains("disparity.png"))
  }

  @Test(arguments: ["realtime", "balanced", "quality", "raw"], [7, -5, 0]) func jsonTellsTheRun(preset: String, d: Int)
    throws
  {
    let scratch = try Scratch()
    try scratch.writePair(width: 130, height: 70, disparity: d)
    let run = try Tool.run(
      [
        "match", "left.pgm", "right.pgm", "--preset", preset, "--min-disparity", "-9", "--max-disparity", "18",
        "--json",
        "--disparity", "d.pfm", "--threads", "2", "--repeat", "3",
      ], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    #expect(json["method"] as? String == "sgm")
    #expect(json["preset"] as? String == preset)
    #expect(json["width"] as? Int == 130)
    #expect(json["height"] as? Int == 70)
    #expect(json["minDisparity"] as? Int == -9)
    #expect(json["maxDisparity"] as? Int == 18)
    #expect(json["threads"] as? Int == 2)
    #expect((json["validFraction"] as? Double ?? 0) > 0.9)
    #expect((json["peakMemoryBytes"] as? Int ?? 0) > 1_000_000)
    #expect((json["seconds"] as? [String: Any])?["match"] is Double)
    #expect((json["outputs"] as? [String: Any])?["disparity"] as? String == "d.pfm")
    let values = try Self.pfm(scratch.url.appending(path: "d.pfm"))
    // Away from the borders, where half the scene is unseen, every disparity is the shift.
    let inner = (10..<60).flatMap { y in (20..<110).map { x in values[y * 130 + x] } }
    let right = inner.filter { abs($0 - Float(d)) < 0.5 }.count
    #expect(Double(right) / Double(inner.count) > 0.98)
  }

  /// The right image's map is computed only when it is asked for; the left one does not depend on that.
  @Test func rightDisparitiesComeOut() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 130, height: 70, disparity: 7)
    for extra in [[], ["--right-disparity", "right.pfm"]] {
      let run = try Tool.run(
        ["match", "left.pgm", "right.pgm", "--max-disparity", "18", "--disparity", "left\(extra.count).pfm"] + extra,
        in: scratch.url)
      #expect(run.code == 0, "\(run.error)")
    }
    let (alone, both) = (scratch.url.appending(path: "left0.pfm"), scratch.url.appending(path: "left2.pfm"))
    #expect(try Data(contentsOf: alone) == Data(contentsOf: both))
    let values = try Self.pfm(scratch.url.appending(path: "right.pfm"))
    let inner = (10..<60).flatMap { y in (20..<110).map { x in values[y * 130 + x] } }
    #expect(Double(inner.filter { abs($0 - 7) < 0.5 }.count) / Double(inner.count) > 0.98)
  }

  /// After the first frame the memory of the process does not grow.
  @Test(arguments: ["realtime", "balanced", "quality"]) func memoryDoesNotGrowWithFrames(preset: String) throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 640, height: 200, disparity: 7)
    let peaks = try [1, 25].map { frames in
      let run = try Tool.run(
        [
          "match", "left.pgm", "right.pgm", "--preset", preset, "--max-disparity", "64", "--json", "--disparity",
          "d.pfm",
          "--repeat", "\(frames)",
        ], in: scratch.url)
      return try #require(run.json?["peakMemoryBytes"] as? Int)
    }
    // One map of floats has 512 kB: 24 frames would show a hundredth of what a frame uses.
    #expect(peaks[1] < peaks[0] + 1_000_000, "\(peaks)")
  }

  @Test func calibrationGivesDepth() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 100, height: 50, disparity: 10)
    let run = try Tool.run(
      [
        "match", "left.pgm", "right.pgm", "--max-disparity", "16", "--focal-length", "100", "--baseline", "0.5",
        "--doffs", "10", "--depth", "z.pfm", "--quiet",
      ], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    #expect(run.output.isEmpty)
    let depths = try Self.pfm(scratch.url.appending(path: "z.pfm"))
    // Z = 100 · 0.5 / (10 + 10)
    #expect(abs(depths[25 * 100 + 50] - 2.5) < 0.05)
  }

  /// Focal length and offset belong to a size of images: they are scaled where its proportions are the same, else it is said.
  @Test func calibrationsOfAnotherSizeAreSaid() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 100, height: 50, disparity: 10)
    let camera = "cam0=[100 0 50; 0 100 25; 0 0 1]\ncam1=[100 0 50; 0 100 25; 0 0 1]\n"
    for (height, notes, warnings) in [(50, 0, 0), (100, 1, 0), (120, 0, 1)] {
      let size = "width=\(height * 2)\nheight=\(height)\n".replacing("width=240", with: "width=200")
      try scratch.write("calib.txt", Array((camera + "doffs=0\nbaseline=500\nndisp=32\n" + size).utf8))
      let arguments = [
        "match", "left.pgm", "right.pgm", "--calibration", "calib.txt", "--json", "--depth", "z.pfm",
      ]
      let run = try Tool.run(arguments, in: scratch.url)
      #expect(run.code == 0, "\(run.error)")
      for (key, count) in [("notes", notes), ("warnings", warnings)] {
        let said = run.json?[key] as? [String] ?? []
        let places = said.filter { $0.contains("200×\(height)") && $0.contains("100×50") }
        #expect(said.count == count && places.count == count, "\(height): \(key) \(said)")
      }
      // Z = f · 0.5 / 10, and half the size has half the focal length and half the range.
      let depths = try Self.pfm(scratch.url.appending(path: "z.pfm"))
      #expect(abs(depths[25 * 100 + 50] - (height == 100 ? 2.5 : 5)) < 0.1)
      #expect(run.json?["maxDisparity"] as? Int == (height == 100 ? 16 : 32))
    }
  }

  @Test func planIsPrintedAndTheLimitHolds() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 64, height: 64, disparity: 3)
    let plan = try Tool.run(["match", "left.pgm", "right.pgm", "--dry-run", "--json"], in: scratch.url)
    #expect(plan.code == 0, "\(plan.error)")
    let peak = try #require(plan.json?["peakBytes"] as? Int)
    #expect(peak > 64 * 64)
    #expect(scratch.contents == ["left.pgm", "right.pgm"])
    let refused = try Tool.run(["match", "left.pgm", "right.pgm", "--max-memory", "\(peak - 1)"], in: scratch.url)
    #expect(refused.code == 69)
    #expect(refused.error.contains("\(peak) bytes"))
    #expect(refused.error.contains("would"))
    let allowed = try Tool.run(["match", "left.pgm", "right.pgm", "--max-memory", "\(peak)"], in: scratch.url)
    #expect(allowed.code == 0, "\(allowed.error)")
  }

  /// Plans beyond 4 GiB are told whole: they were cut to 32 bits once.
  @Test func greatPlansKeepTheirBytes() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 400, height: 200, disparity: 3)
    let arguments = ["match", "left.pgm", "right.pgm", "--method", "pipeline", "--max-disparity", "16000", "--dry-run"]
    let peak = try #require(Tool.run(arguments + ["--json"], in: scratch.url).json?["peakBytes"] as? Int)
    #expect(peak > 400 * 200 * 16000 * 4)
    let run = try Tool.run(arguments, in: scratch.url)
    #expect(run.output.contains("(\(peak) bytes)"), "\(run.output)")
  }

  /// What a refusal says would fit does fit, and nothing greater.
  @Test func refusalsSayWhatFits() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 320, height: 200, disparity: 3)
    func planned(_ arguments: [String]) throws -> Int {
      let run = try Tool.run(["match", "left.pgm", "right.pgm", "--dry-run", "--json"] + arguments, in: scratch.url)
      return try #require(run.json?["peakBytes"] as? Int)
    }
    func refusal(_ limit: Int) throws -> String {
      let run = try Tool.run(
        ["match", "left.pgm", "right.pgm", "--preset", "raw", "--max-memory", "\(limit)"], in: scratch.url)
      #expect(run.code == 69, "\(run.error)")
      return run.error
    }
    // Planned for the range of 192, and a limit that half of it keeps.
    let half = try planned(["--preset", "raw", "--max-disparity", "96"])
    let error = try refusal(half)
    let count = try #require(error.firstMatch(of: /--max-disparity (\d+) would fit/).flatMap { Int($0.1) })
    #expect(count >= 96 && count < 192, "\(error)")
    #expect(try planned(["--preset", "raw", "--max-disparity", "\(count)"]) <= half)
    #expect(try planned(["--preset", "raw", "--max-disparity", "\(count + 1)"]) > half)

    let least = try planned(["--preset", "raw", "--max-disparity", "1"])
    let other = try refusal(least - 1)
    let image = try #require(other.firstMatch(of: /an image of (\d+)×(\d+) would \((\d+) bytes\)/))
    let (width, height) = (Int(image.1)!, Int(image.2)!)
    try scratch.writePair(width: width, height: height, disparity: 3)
    #expect(try planned(["--preset", "raw"]) == Int(image.3)! && Int(image.3)! < least)
    #expect(try refusal(1).contains("neither a smaller range nor a smaller image"))
  }

  /// The samples of a little-endian PFM, top row first.
  static func pfm(_ url: URL) throws -> [Float] {
    let data = try Data(contentsOf: url)
    var fields: [String] = []
    var at = 0
    while fields.count < 4 {
      var word = ""
      while !Character(UnicodeScalar(data[at])).isWhitespace {
        word.append(Character(UnicodeScalar(data[at])))
        at += 1
      }
      at += 1
      fields.append(word)
    }
    let (width, height) = (Int(fields[1])!, Int(fields[2])!)
    let values = Array(data[at...])
    let floats = (0..<width * height).map { i in
      Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(values[i * 4 + $1]) << (8 * $1) })
    }
    return (0..<height).reversed().flatMap { floats[$0 * width..<($0 + 1) * width] }
  }
}
