import Foundation
import Testing

/// `stereodepth evaluate` on files: numbers, formats, and what users get wrong.
@Suite struct EvaluateTests {
  /// A 16-bit gray PNG of KITTI codes, stored without compression: written by hand, so that no code of ours makes it.
  static func png(_ codes: [UInt16], width: Int) -> [UInt8] {
    let height = codes.count / width
    var raw: [UInt8] = []
    for y in 0..<height {
      raw.append(0)
      for x in 0..<width { raw += bigEndian(UInt32(codes[y * width + x])).suffix(2) }
    }
    return wrapped(raw, width: width, height: height, bits: 16)
  }

  /// An 8-bit gray PNG.
  static func png8(_ codes: [UInt8], width: Int) -> [UInt8] {
    let height = codes.count / width
    let raw = (0..<height).flatMap { y in [0] + codes[y * width..<(y + 1) * width] }
    return wrapped(raw, width: width, height: height, bits: 8)
  }

  private static func wrapped(_ raw: [UInt8], width: Int, height: Int, bits: UInt8) -> [UInt8] {
    func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
      let named = Array(name.utf8) + body
      return bigEndian(UInt32(body.count)) + named + bigEndian(crc32(named))
    }
    // zlib: one stored block and Adler-32.
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in raw {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let count = UInt16(raw.count)
    let length = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
    let header = bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [bits, 0, 0, 0, 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
      + chunk("IDAT", [0x78, 0x01, 0x01] + length + raw + bigEndian(b << 16 | a)) + chunk("IEND", [])
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  /// A little-endian PFM of one row order: values of rows from the top.
  static func pfm(_ values: [Float], width: Int) -> [UInt8] {
    let height = values.count / width
    let rows = (0..<height).reversed().flatMap { values[$0 * width..<($0 + 1) * width] }
    return Array("Pf\n\(width) \(height)\n-1.0\n".utf8)
      + rows.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> ($0 * 8) & 255) } }
  }

  /// `truth/` and `estimate/` with frames whose first pixel is off by 4, 0, 4, … px; the other one is right.
  static func directories(_ scratch: Scratch, frames: Int) throws {
    for folder in ["truth", "estimate"] {
      try FileManager.default.createDirectory(
        at: scratch.url.appending(path: folder), withIntermediateDirectories: true)
    }
    for k in 0..<frames {
      let name = "00000\(k)_10.png"
      try scratch.write("truth/\(name)", png([2560, 5120], width: 2))
      try scratch.write("estimate/\(name)", png([k % 2 == 0 ? 2560 + 1024 : 2560, 5120], width: 2))
    }
  }

  static let kitti = ["evaluate", "estimate", "truth", "--protocol", "kitti2012"]

  @Test func directoriesAreScored() throws {
    let scratch = try Scratch()
    try Self.directories(scratch, frames: 4)
    let run = try Tool.run(Self.kitti + ["--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    #expect(json["frames"] as? Int == 4)
    let out = try #require(json["outNoc"] as? [String: Any])
    #expect(out["3"] as? Double == 25 && out["4"] as? Double == 0)
    #expect(json["averageNoc"] as? Double == 1)
    #expect(json["density"] as? Double == 100)
    let frames = try #require(json["perFrame"] as? [[String: Any]])
    #expect(frames.map { $0["frame"] as? String } == ["000000_10", "000001_10", "000002_10", "000003_10"])
    #expect(frames.map { $0["outNoc3"] as? Double } == [50, 0, 50, 0])
    let one = try Tool.run(Self.kitti + ["--json", "--threads", "1"], in: scratch.url)
    #expect(one.output == run.output, "the number of threads changed the result")
  }

  @Test func errorImagesAreWritten() throws {
    let scratch = try Scratch()
    try Self.directories(scratch, frames: 2)
    let run = try Tool.run(Self.kitti + ["--error-image", "errors"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let names = try FileManager.default.contentsOfDirectory(atPath: scratch.url.appending(path: "errors").path).sorted()
    #expect(names == ["000000_10.png", "000001_10.png"])
  }

  @Test func otherFormatsAndScales() throws {
    let scratch = try Scratch()
    try scratch.write("estimate.pfm", Self.pfm([10, 21.5, .infinity, 30], width: 2))
    try scratch.write("truth.pgm", Array("P5\n2 2\n255\n".utf8) + [40, 80, 120, 0])
    let run = try Tool.run(
      ["evaluate", "estimate.pfm", "truth.pgm", "--protocol", "middlebury", "--ground-truth-scale", "4", "--json"],
      in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    // Truth 10, 20, 30, unknown; errors 0 and 1.5, one invalid.
    #expect(json["averageError"] as? Double == 0.75)
    #expect(abs((json["invalid"] as? Double ?? 0) - 100.0 / 3) < 1e-9)
    #expect(abs((json["bad1"] as? Double ?? 0) - 100.0 / 3) < 1e-9)
    // Without its scale a PGM would be scored as something else.
    for (estimate, truth) in [("estimate.pfm", "truth.pgm"), ("truth.pgm", "estimate.pfm")] {
      try BadInputTests.expect(
        ["evaluate", estimate, truth, "--protocol", "middlebury"], in: scratch, code: 65,
        mentions: ["truth.pgm", "--ground-truth-scale"])
    }
  }

  @Test func sizesAndDepthsThatAreWrong() throws {
    let scratch = try Scratch()
    try scratch.write("truth.png", Self.png([256, 512], width: 2))
    try scratch.write("small.png", Self.png([256], width: 1))
    try scratch.write("shallow.png", Self.png8([1, 2], width: 2))
    func expect(_ estimate: String, _ truth: String, code: Int32, mentions: [String], also: [String] = []) throws {
      try BadInputTests.expect(
        ["evaluate", estimate, truth, "--protocol", "kitti2012"] + also, in: scratch, code: code, mentions: mentions)
    }
    try expect("small.png", "truth.png", code: 65, mentions: ["small.png", "2×1", "1×1"])
    try expect("shallow.png", "truth.png", code: 65, mentions: ["shallow.png", "16 bits", "8 bits"])
    try expect("truth.png", "shallow.png", code: 65, mentions: ["shallow.png", "16 bits"])
    try expect("absent.png", "truth.png", code: 66, mentions: ["absent.png"])
    try expect("truth.png", "truth.png", code: 73, mentions: ["absent/e.png"], also: ["--error-image", "absent/e.png"])
    try BadInputTests.expect(
      ["evaluate", "truth.png", "truth.png", "--protocol", "kitti"], in: scratch, code: 64, mentions: ["kitti"])
  }

  @Test func truthWithoutAnyPixel() throws {
    let scratch = try Scratch()
    try scratch.write("truth.png", Self.png([0, 0], width: 2))
    try scratch.write("estimate.png", Self.png([256, 512], width: 2))
    try BadInputTests.expect(
      ["evaluate", "estimate.png", "truth.png", "--protocol", "kitti2012"], in: scratch, code: 65,
      mentions: ["truth.png", "none"])
  }

  @Test func directoriesThatDoNotMatch() throws {
    let scratch = try Scratch()
    try Self.directories(scratch, frames: 4)
    try FileManager.default.createDirectory(at: scratch.url.appending(path: "empty"), withIntermediateDirectories: true)
    try BadInputTests.expect(
      ["evaluate", "empty", "truth", "--protocol", "kitti2012"], in: scratch, code: 66, mentions: ["empty", "no maps"])
    try BadInputTests.expect(
      ["evaluate", "estimate", "truth/000000_10.png", "--protocol", "kitti2012"], in: scratch, code: 66,
      mentions: ["estimate", "directory"])
    try FileManager.default.removeItem(at: scratch.url.appending(path: "estimate/000002_10.png"))
    try BadInputTests.expect(
      Self.kitti, in: scratch, code: 66, mentions: ["000002_10", "1 frame", "--allow-missing"])
    try FileManager.default.removeItem(at: scratch.url.appending(path: "truth/000003_10.png"))
    let run = try Tool.run(Self.kitti + ["--allow-missing", "--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    #expect(json["frames"] as? Int == 2)
    #expect(abs((json["frameDensity"] as? Double ?? 0) - 200.0 / 3) < 1e-9)
    let missing = try #require(json["missing"] as? [String: [String]])
    #expect(missing == ["estimates": ["000002_10"], "truths": ["000003_10"]])
  }

  @Test func aCorruptFrameIsNamedAndTheOthersCount() throws {
    let scratch = try Scratch()
    try Self.directories(scratch, frames: 9)
    let broken = Self.png([2560, 5120], width: 2).dropLast(30)
    try scratch.write("estimate/000004_10.png", broken)
    try BadInputTests.expect(Self.kitti, in: scratch, code: 65, mentions: ["000004_10.png"])
    let run = try Tool.run(Self.kitti + ["--allow-missing", "--json"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let json = try #require(run.json)
    #expect(json["frames"] as? Int == 8)
    let unreadable = try #require(json["unreadable"] as? [[String: String]])
    #expect(unreadable.count == 1 && unreadable[0]["frame"] == "000004_10")
  }
}
