import Foundation
import GoldenSupport
import NeuralNetwork
import Testing

/// Every method with a page without access at either end of every block of memory: a load or store beside it is a crash.
///
/// Widths that are multiples of 128 end large blocks at a page in an ordinary run, too: there vector loads behind the last
/// path cost crashed `mc-cnn-census` in four runs of six.
@Suite struct GuardPagesTests {
  /// Methods whose weights come with the package, or that need none, each with presets that differ in their memory.
  static let bundled: [[String]] = [
    ["sgm", "--preset", "raw"], ["sgm", "--preset", "realtime"], ["sgm", "--preset", "balanced"],
    ["sgm", "--preset", "quality"], ["mc-cnn-fast"], ["mc-cnn-fast", "--preset", "kitti2015"],
    ["mc-cnn-fast", "--preset", "raw"], ["mc-cnn-accurate"], ["mc-cnn-census"],
    ["mc-cnn-census", "--preset", "middlebury"], ["mc-cnn-ad"], ["mc-cnn-ad", "--preset", "raw"], ["modulenet"],
  ]

  /// Runs a method on a pair of noise with the pages at both ends, and once without: the maps are equal.
  static func expectUntouched(
    _ method: [String], width: Int, height: Int, disparities: Int = 48, location: SourceLocation = #_sourceLocation
  ) throws {
    let scratch = try Scratch()
    try scratch.writePair(width: width, height: height, disparity: 5)
    let arguments =
      ["match", "left.pgm", "right.pgm", "--max-disparity", "\(disparities)", "--quiet", "--method"] + method + [
        "--disparity"
      ]
    let plain = try Tool.run(arguments + ["plain.npy"], in: scratch.url)
    try #require(plain.code == 0, "\(plain.error)", sourceLocation: location)
    let expected = try Data(contentsOf: scratch.url.appending(path: "plain.npy"))
    for side in ["end", "front"] {
      let run = try Tool.run(
        arguments + ["\(side).npy"], in: scratch.url, variables: ["STEREODEPTH_GUARD_PAGES": side])
      #expect(run.code == 0, "\(method) at \(width)×\(height), \(side): \(run.error)", sourceLocation: location)
      let found = try? Data(contentsOf: scratch.url.appending(path: "\(side).npy"))
      #expect(found == expected, "\(method) at \(width)×\(height), \(side)", sourceLocation: location)
    }
  }

  @Test(arguments: bundled) func multiplesOfAPage(method: [String]) throws {
    // The accurate network compares every pixel's candidates: a quarter of the area says as much.
    let height = method[0] == "mc-cnn-accurate" ? 128 : 512
    try Self.expectUntouched(method, width: 512, height: height)
    try Self.expectUntouched(method, width: 1024, height: 64)
  }

  @Test(arguments: bundled) func awkwardSizes(method: [String]) throws {
    try Self.expectUntouched(method, width: 131, height: 67)
  }

  /// The golden weights of each network without bundled ones.
  static let golden = [
    ("psmnet", "psmnet_stack_v2"), ("psmnet-basic", "psmnet_basic_v2"), ("gc-net", "gcnet_v2"),
    ("ga-net-deep", "ganet_deep_v2"), ("ga-net-11", "ganet_11_v2"), ("flownet-s", "flownets_v2"),
    ("flownet-c", "flownetc_v2"), ("dispnet-c", "dispnetc_v2"), ("iresnet", "iresnet_i2_v2"),
  ]

  @Test(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)), arguments: golden)
  func networks(method: String, folder: String) throws {
    let golden = try GoldenCase(folder)
    let scratch = try Scratch()
    let weights = scratch.url.appending(path: "weights.safetensors").path(percentEncoded: false)
    var metadata: [String: String] = [:]
    if let aligned = golden.alignCorners { metadata["align-corners"] = aligned ? "true" : "false" }
    try SafeTensors.write(try golden.weights().tensors, metadata: metadata, to: weights)
    try Self.expectUntouched(
      [method, "--weights", weights], width: 256, height: 128, disparities: golden.maxDisparity ?? 48)
  }

  /// The mode itself: a program that reads behind a block is ended by the system.
  @Test func modeIsOn() throws {
    let scratch = try Scratch()
    try scratch.writePair(width: 64, height: 32, disparity: 2)
    let maps = try ["", "end"].map { side -> Int in
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments =
        ["STEREODEPTH_GUARD_PAGES=\(side)", Tool.products.appending(path: "stereodepth").path(percentEncoded: false)]
        + [
          "match", "left.pgm", "right.pgm", "--max-disparity", "16", "--repeat", "3000", "--quiet", "--disparity",
          "d.npy",
        ]
      process.currentDirectoryURL = scratch.url
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer { process.terminate() }
      // Pages without access that lie between blocks, as the system lists them.
      var count = 0
      for _ in 0..<200 where count < 8 {
        usleep(10_000)
        let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/maps", encoding: .utf8)) ?? ""
        count = text.split(separator: "\n").count { $0.contains("---p 00000000 00:00") }
      }
      return count
    }
    #expect(maps[1] > maps[0] + 3, "\(maps[0]) pages without access, \(maps[1]) with the mode")
  }
}
