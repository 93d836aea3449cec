import Foundation
import Testing

/// What `match` writes, where, and what it says of it.
@Suite struct MatchOutputTests {
  static let pair = ["match", "left.pgm", "right.pgm", "--max-disparity", "16"]

  @Test func missingDirectoriesAreMade() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 60, height: 40, disparity: 3)
    let run = try Tool.run(Self.pair + ["--output-directory", "new/folder"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let made = try FileManager.default.contentsOfDirectory(atPath: scratch.url.appending(path: "new/folder").path)
    #expect(made.sorted() == ["disparity.pfm", "disparity.png", "preview.png"])
    try BadInputTests.expect(
      Self.pair + ["--preview", "absent/p.png"], in: scratch, code: 73, mentions: ["absent/p.png"])
  }

  /// No output replaces an input, whatever it is called, and no two outputs are one file: 64, and nothing is written.
  @Test func inputsAndOutputsAreKeptApart() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 60, height: 40, disparity: 3)
    let files = FileManager.default
    try files.moveItem(at: scratch.url.appending(path: "left.pgm"), to: scratch.url.appending(path: "left.png"))
    try files.linkItem(at: scratch.url.appending(path: "left.png"), to: scratch.url.appending(path: "hard.png"))
    try files.createSymbolicLink(atPath: scratch.url.appending(path: "soft.png").path, withDestinationPath: "left.png")
    try scratch.write("calib.txt", Array("cam0=[9 0 1; 0 9 1; 0 0 1]\ncam1=[9 0 1; 0 9 1; 0 0 1]\nbaseline=9\n".utf8))
    try scratch.write("w.safetensors", Array("weights".utf8))
    let before = try Data(contentsOf: scratch.url.appending(path: "left.png"))
    let arguments = ["match", "left.png", "right.pgm", "--max-disparity", "16"]
    for name in ["left.png", "./left.png", "hard.png", "soft.png", "\(scratch.url.path)/left.png"] {
      try BadInputTests.expect(
        arguments + ["--preview", name], in: scratch, code: 64, mentions: ["--preview", name, "left image"])
    }
    try BadInputTests.expect(
      arguments + ["--disparity", "same.png", "--preview", "./same.png"], in: scratch, code: 64,
      mentions: ["--preview", "same.png", "--disparity"])
    try BadInputTests.expect(
      ["convert", "w.safetensors", "./w.safetensors"], in: scratch, code: 64, mentions: ["w.safetensors", "checkpoint"])
    #expect(try Data(contentsOf: scratch.url.appending(path: "left.png")) == before)
  }

  /// What was matched and what was filled are told apart; warnings and notes are lists of strings.
  @Test func matchedAndFilledAreSaid() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 60, height: 40, disparity: 6)
    let run = try Tool.run(Self.pair, in: scratch.url)
    let shares = try #require(run.output.firstMatch(of: /(\d+\.\d) % matched, (\d+\.\d) % filled/))
    let json = try #require(try Tool.run(Self.pair + ["--json"], in: scratch.url).json)
    let (matched, filled) = (json["matchedFraction"] as? Double ?? 0, json["filledFraction"] as? Double ?? 0)
    #expect(filled > 0.02 && matched > 0.5 && abs(matched + filled - (json["validFraction"] as? Double ?? 0)) < 1e-12)
    #expect(abs((Double(shares.1) ?? 0) - 100 * matched) < 0.051 && abs((Double(shares.2) ?? 0) - 100 * filled) < 0.051)
    #expect(json["warnings"] as? [String] == [] && json["notes"] is [String])
    let unfilled = try #require(try Tool.run(Self.pair + ["--json", "--no-fill"], in: scratch.url).json)
    #expect(unfilled["filledFraction"] as? Double == 0)
  }

  /// Clouds have no filled points unless asked, and take limits; what is left out is noted.
  @Test func cloudsAreOfWhatWasMatched() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 60, height: 40, disparity: 6)
    let camera = ["--focal-length", "100", "--baseline", "0.06", "--json"]
    func points(_ arguments: [String], _ name: String) throws -> (count: Int, json: [String: Any]) {
      let run = try Tool.run(Self.pair + camera + ["--point-cloud", name] + arguments, in: scratch.url)
      #expect(run.code == 0, "\(run.error)")
      let text = String(decoding: try Data(contentsOf: scratch.url.appending(path: name)).prefix(400), as: UTF8.self)
      let count = text.firstMatch(of: /(element vertex|POINTS) (\d+)/).flatMap { Int($0.2) }
      return (try #require(count), try #require(run.json))
    }
    let plain = try points([], "a.ply")
    let matched = plain.json["matchedFraction"] as? Double ?? 0
    #expect(plain.count == Int((matched * 2400).rounded()))
    #expect((plain.json["notes"] as? [String])?.contains { $0.contains("a.ply") && $0.contains("filled") } == true)
    #expect(try points(["--with-filled"], "b.pcd").count > plain.count)
    #expect(try points(["--min-confidence", "1"], "c.ply").count < plain.count)
    // f · B / d = 1 m at 6 px: nothing nearer than that is right.
    #expect(try points(["--max-depth", "0.9"], "d.pcd").count < plain.count / 10)
    for arguments in [["--min-confidence", "2"], ["--max-depth", "0"], ["--preview-range", "5..1"]] {
      try BadInputTests.expect(Self.pair + arguments, in: scratch, code: 64, mentions: [arguments[0]])
    }
  }

  @Test func depthPreviewsNeedACalibration() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 60, height: 40, disparity: 6)
    try BadInputTests.expect(
      Self.pair + ["--depth-preview", "z.png"], in: scratch, code: 64, mentions: ["z.png", "--calibration"])
    let camera = ["--focal-length", "100", "--baseline", "0.06"]
    let run = try Tool.run(
      Self.pair + camera + ["--depth-preview", "z.png", "--preview-range", "0.5..4"], in: scratch.url)
    #expect(run.code == 0 && scratch.contents.contains("z.png"), "\(run.error)")
    try BadInputTests.expect(
      Self.pair + camera + ["--depth-preview", "y.png", "--preview-range", "0..4"], in: scratch, code: 64,
      mentions: ["--preview-range", "y.png"])
  }
}
