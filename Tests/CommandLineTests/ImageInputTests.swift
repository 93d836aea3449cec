import Foundation
import Testing

/// What `match` makes of images that are no plain pictures of 8 bits.
@Suite struct ImageInputTests {
  let scratch: Scratch

  /// A colour pair with disparity 7 everywhere: of 8 bits, and with 10 significant bits of 16.
  init() throws {
    scratch = try Scratch()
    let (width, height) = (120, 60)
    var state: UInt64 = 42
    let scene = (0..<height * (width + 7) * 3).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    for (name, shift) in [("left", 0), ("right", 7)] {
      let samples = (0..<height * width * 3).map { index in
        scene[(index / (3 * width) * (width + 7) + index / 3 % width + shift) * 3 + index % 3]
      }
      let wide = samples.flatMap { [UInt8((Int($0) * 4) >> 8), UInt8(Int($0) * 4 & 255)] }
      try write("\(name).ppm", "P6 \(width) \(height) 255\n", samples)
      try write("\(name)16.ppm", "P6 \(width) \(height) 65535\n", wide)
    }
    // The right half of the left image, and the columns 20 ..< 30 of the right one, hold no image.
    try write("mask.pgm", "P5 120 60 255\n", (0..<7200).map { $0 % 120 < 60 ? 255 : 0 })
    try write("right_mask.pgm", "P5 120 60 255\n", (0..<7200).map { (20..<30).contains($0 % 120) ? 0 : 1 })
  }

  private func write(_ name: String, _ header: String, _ samples: [UInt8]) throws {
    try Data(Array(header.utf8) + samples).write(to: scratch.url.appending(path: name))
  }

  private func match(_ left: String, _ right: String, _ options: [String]) throws -> Tool.Outcome {
    try Tool.run(["match", left, right, "--max-disparity", "32", "--json"] + options, in: scratch.url)
  }

  /// The cloud of a pair, with positions and colours, as its file has it.
  private func cloud(_ left: String, _ right: String) throws -> (run: Tool.Outcome, points: Data) {
    let run = try match(
      left, right, ["--point-cloud", "c.ply", "--focal-length", "100", "--baseline", "0.1", "--preset", "realtime"])
    #expect(run.code == 0, "\(run.error)")
    return (run, try Data(contentsOf: scratch.url.appending(path: "c.ply")))
  }

  @Test func sixteenBitsGiveTheCloudOfEight() throws {
    let (eight, wide) = (try cloud("left.ppm", "right.ppm"), try cloud("left16.ppm", "right16.ppm"))
    #expect(eight.points.count > 15 * 5000 && eight.points == wide.points)
    let said = "intensities of both images: 10 significant bits of 16: 1023 is white"
    let notes = [eight, wide].map { $0.run.json?["notes"] as? [String] ?? [] }
    #expect(!notes[0].contains(said) && notes[1].contains(said))
  }

  @Test(arguments: ["sgm", "modulenet", "mc-cnn-census"]) func masksTakeDisparitiesAway(method: String) throws {
    let run = try match(
      "left.ppm", "right.ppm",
      ["--method", method, "--disparity", "d.pfm", "--mask", "mask.pgm", "--right-mask", "right_mask.pgm", "--no-fill"])
    #expect(run.code == 0, "\(run.error)")
    let values = try MatchTests.pfm(scratch.url.appending(path: "d.pfm"))
    let row = (0..<120).map { values[30 * 120 + $0] }
    #expect(row[60...].allSatisfy { !$0.isFinite })
    // Columns 28 ..< 36 of the left image match 21 ..< 29 of the right one.
    #expect(row[28..<36].allSatisfy { !$0.isFinite || abs($0 - 7) > 0.5 })
    #expect(row[40..<56].filter { abs($0 - 7) < 0.5 }.count > 12)
  }

  /// Both views in one file, one above the other, and what cannot be meant.
  @Test func oneFileHoldsBothViews() throws {
    let views = try ["left.ppm", "right.ppm"].map {
      try Data(contentsOf: scratch.url.appending(path: $0)).suffix(21600)
    }
    try write("both.ppm", "P6 120 120 255\n", views.flatMap { Array($0) })
    for (files, name) in [
      (["left.ppm", "right.ppm"], "two.pfm"), (["both.ppm", "--layout", "top-bottom"], "one.pfm"),
    ] {
      let run = try Tool.run(["match"] + files + ["--max-disparity", "32", "--disparity", name], in: scratch.url)
      #expect(run.code == 0, "\(run.error)")
    }
    let maps = try ["two.pfm", "one.pfm"].map { try Data(contentsOf: scratch.url.appending(path: $0)) }
    #expect(maps[0] == maps[1])
    for files in [["both.ppm"], ["left.ppm", "right.ppm", "--layout", "top-bottom"]] {
      #expect(try Tool.run(["match"] + files, in: scratch.url).code == 64)
    }
  }

  @Test func masksOfAnotherSizeAreRefused() throws {
    try write("small.pgm", "P5 2 2 255\n", [1, 1, 1, 1])
    let run = try match("left.ppm", "right.ppm", ["--mask", "small.pgm"])
    #expect(run.code == 65 && run.error.contains("small.pgm") && run.error.contains("120×60"), "\(run.error)")
  }
}
