import Foundation
import Testing

/// What a user can get wrong: each gives its exit code and one line that names the file.
@Suite struct BadInputTests {
  static func expect(
    _ arguments: [String], in scratch: Scratch, code: Int32, mentions: [String],
    location: SourceLocation = #_sourceLocation
  ) throws {
    let before = scratch.contents
    let run = try Tool.run(arguments, in: scratch.url)
    #expect(run.code == code, "\(run.error)", sourceLocation: location)
    #expect(run.output.isEmpty, sourceLocation: location)
    for mention in mentions { #expect(run.error.contains(mention), "\(run.error)", sourceLocation: location) }
    #expect(!run.error.contains("Fatal error"), sourceLocation: location)
    #expect(run.error.split(separator: "\n").count == 1, "\(run.error)", sourceLocation: location)
    #expect(run.error.hasPrefix("stereodepth: "), "\(run.error)", sourceLocation: location)
    #expect(scratch.contents == before, "something was left behind", sourceLocation: location)
  }

  @Test func filesThatAreNotImages() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    try scratch.write("empty.png", [])
    try scratch.write("text.png", Array("hello, this is no picture\n".utf8))
    try scratch.write("cut.pgm", Array("P5\n16 8\n255\nabc".utf8))
    try scratch.write("huge.pgm", Array("P5\n2147483648 2147483648\n255\nabc".utf8))
    try FileManager.default.createDirectory(
      at: scratch.url.appending(path: "folder"), withIntermediateDirectories: true)
    try Self.expect(["match", "absent.png", "right.pgm"], in: scratch, code: 66, mentions: ["absent.png"])
    try Self.expect(["match", "left.pgm", "folder"], in: scratch, code: 66, mentions: ["folder", "directory"])
    for name in ["empty.png", "text.png", "cut.pgm", "huge.pgm"] {
      try Self.expect(["match", name, "right.pgm"], in: scratch, code: 65, mentions: [name, "expected", "found"])
    }
  }

  @Test func sizesThatDiffer() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    try scratch.write("small.pgm", Array("P5\n2 1\n255\n..".utf8))
    try Self.expect(["match", "left.pgm", "small.pgm"], in: scratch, code: 65, mentions: ["16×8", "2×1"])
  }

  @Test func ranges() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    let pair = ["match", "left.pgm", "right.pgm"]
    try Self.expect(pair + ["--max-disparity", "0"], in: scratch, code: 64, mentions: ["0 ..< 0"])
    try Self.expect(
      pair + ["--min-disparity", "9", "--max-disparity", "3"], in: scratch, code: 64, mentions: ["9 ..< 3"])
    try Self.expect(pair + ["--max-disparity", "99999999"], in: scratch, code: 64, mentions: ["99999999"])
    try Self.expect(pair + ["--max-disparity", "x"], in: scratch, code: 64, mentions: ["x"])
  }

  @Test func namesThatAreUnknown() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    let pair = ["match", "left.pgm", "right.pgm"]
    try Self.expect(pair + ["--method", "magic"], in: scratch, code: 64, mentions: ["magic", "sgm"])
    try Self.expect(pair + ["--preset", "best"], in: scratch, code: 64, mentions: ["best", "realtime"])
    try Self.expect(pair + ["--set", "colour=blue"], in: scratch, code: 64, mentions: ["colour"])
    try Self.expect(pair + ["--disparity", "d.tiff"], in: scratch, code: 64, mentions: ["d.tiff", ".pfm"])
    try Self.expect(pair + ["--depth", "z.png"], in: scratch, code: 64, mentions: ["calibration"])
    try Self.expect(pair + ["--weights", "w.pt"], in: scratch, code: 64, mentions: ["--weights", "sgm", "w.pt"])
    try Self.expect(pair + ["--candidates", "5"], in: scratch, code: 64, mentions: ["--candidates", "sgm", "5"])
    try Self.expect(pair + ["--candidates", "all"], in: scratch, code: 64, mentions: ["--candidates", "sgm", "all"])
    for count in ["0", "-4", "many"] {
      let arguments = pair + ["--method", "mc-cnn-accurate", "--candidates", count]
      try Self.expect(arguments, in: scratch, code: 64, mentions: ["--candidates", count])
    }
  }

  /// What the argument parser finds wrong: one line, and where the usage is told.
  @Test func usage() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    for (arguments, mention) in [
      (["match"], "<left>"), (["match", "left.pgm"], "--layout"),
      (["match", "left.pgm", "right.pgm", "x"], "'x'"),
      (["match", "left.pgm", "right.pgm", "--nope"], "--nope"), (["inspect"], "<files>"), (["nonsense"], "nonsense"),
      (["match", "left.pgm", "right.pgm", "--threads", "0"], "--threads"),
      (["match", "left.pgm", "right.pgm", "--repeat", "many"], "many"),
    ] {
      try Self.expect(arguments, in: scratch, code: 64, mentions: [mention, "see `stereodepth help"])
    }
    for arguments in [[], ["--help"], ["match", "--help"], ["help", "match"], ["--version"]] {
      let run = try Tool.run(arguments, in: scratch.url)
      #expect(run.code == 0 && run.error.isEmpty && run.output.contains("stereodepth"), "\(arguments)")
    }
  }

  @Test func calibrations() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    try scratch.write(
      "no-baseline.txt", Array("cam0=[100 0 8; 0 100 4; 0 0 1]\ncam1=[100 0 8; 0 100 4; 0 0 1]\ndoffs=0\n".utf8))
    try scratch.write("noise.txt", Array("what is this".utf8))
    let pair = ["match", "left.pgm", "right.pgm"]
    try Self.expect(pair + ["--calibration", "absent.txt"], in: scratch, code: 66, mentions: ["absent.txt"])
    try Self.expect(
      pair + ["--calibration", "no-baseline.txt"], in: scratch, code: 65, mentions: ["no-baseline.txt", "baseline"])
    try Self.expect(pair + ["--calibration", "noise.txt"], in: scratch, code: 65, mentions: ["noise.txt"])
    try Self.expect(pair + ["--focal-length", "-1", "--baseline", "1"], in: scratch, code: 65, mentions: ["-1"])
    try Self.expect(pair + ["--focal-length", "1"], in: scratch, code: 64, mentions: ["--baseline"])
  }

  /// A report that nobody received is no success.
  @Test func standardOutputThatIsFull() throws {
    let process = Process()
    process.executableURL = Tool.products.appending(path: "stereodepth")
    process.arguments = ["methods", "--json"]
    process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
    let error = Pipe()
    process.standardError = error
    try process.run()
    let said = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 73 && said.contains("standard output"), "\(said)")
  }

  @Test func outputsThatCannotBeWritten() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 16, height: 8, disparity: 2)
    let pair = ["match", "left.pgm", "right.pgm"]
    try Self.expect(pair + ["--disparity", "absent/d.png"], in: scratch, code: 73, mentions: ["absent/d.png"])
    try Self.expect(pair + ["--output-directory", "left.pgm"], in: scratch, code: 73, mentions: ["left.pgm", "file"])
    try Self.expect(pair + ["--output-directory", "/proc/x/y"], in: scratch, code: 73, mentions: ["/proc/x"])
    // Told at once, not after days of matching.
    let endless = pair + ["--repeat", "1000000000", "--focal-length", "9", "--baseline", "1"]
    try Self.expect(
      endless + ["--point-cloud", "absent/p.ply"], in: scratch, code: 73, mentions: ["absent/p.ply", "point cloud"])
    try FileManager.default.createDirectory(at: scratch.url.appending(path: "d.png"), withIntermediateDirectories: true)
    try Self.expect(pair + ["--disparity", "d.png"], in: scratch, code: 73, mentions: ["d.png"])
    try Self.expect(pair + ["--disparity", "/proc/d.png"], in: scratch, code: 73, mentions: ["/proc/d.png"])
  }
}
