import Foundation
import GoldenSupport
import ImageFiles
import NeuralNetwork
import StereoDepth
import Testing

/// The candidates presets are nothing but the published presets with numbers that can be given by hand.
struct MCCNNPresetTests {
  /// Networks of one layer and a head of one unit, as files.
  private final class TinyWeights {
    let folder = FileManager.default.temporaryDirectory.appending(path: "mc-cnn-\(UUID().uuidString)")
    var fast: String { folder.path + "/fast.safetensors" }
    var accurate: String { folder.path + "/accurate.safetensors" }

    init() throws {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try SafeTensors.write(MCCNNFixtures.layer, metadata: [:], to: fast)
      try SafeTensors.write(MCCNNFixtures.layer + MCCNNFixtures.head, metadata: [:], to: accurate)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func matcher(_ preset: String?, _ settings: [String: String] = [:], candidates: CandidateCount? = nil) throws
      -> StereoMatcher
    {
      try StereoMatcher(
        method: "mc-cnn-accurate", preset: preset, range: DisparityRange(0..<12), weights: accurate,
        settings: settings.merging(["proposer": fast]) { given, _ in given }, candidates: candidates)
    }
  }

  private static func pair() -> RectifiedPair { MCCNNFixtures.pair(width: 40, height: 20, disparity: 3) }

  private static func disparities(_ matcher: StereoMatcher) throws -> [UInt32] {
    try matcher.match(pair()).left.disparities.samples.map(\.bitPattern)
  }

  @Test func candidatesPresetsAreNumbersThatCanBeGiven() throws {
    let weights = try TinyWeights()
    let names = try MethodRegistry.method(named: "mc-cnn-accurate").presets.map(\.name)
    #expect(names.first == "driving" && names.contains("middlebury-candidates"))
    let byHand = try weights.matcher("middlebury", ["blend": "0.5"], candidates: 1)
    #expect(try Self.disparities(weights.matcher("middlebury-candidates")) == Self.disparities(byHand))
    let unnamed = try weights.matcher(nil)
    #expect(unnamed.preset == "driving")
    for (older, name) in [("kitti2012-candidates", "driving"), ("middlebury-candidates", "indoor")] {
      #expect(try Self.disparities(weights.matcher(older)) == Self.disparities(weights.matcher(name)))
    }
    // What is given wins over the preset.
    let given = [
      "blend": "0.25", "p1": "1", "p2": "9", "q1": "2", "q2": "2", "vertical-divisor": "1", "contrast": "0.1",
    ]
    #expect(
      try Self.disparities(weights.matcher("kitti2012-candidates", given, candidates: .all))
        == Self.disparities(weights.matcher("kitti2012", given, candidates: .all)))
  }

  @Test(arguments: ["-0.1", "1.5", "nan", "x", ""]) func blendsOutsideAreRefused(text: String) throws {
    let error = try #require(throws: StereoError.self) { try TinyWeights().matcher("raw", ["blend": text]) }
    guard case .invalidOption("blend", _, let found) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(found == text)
  }

  /// A proposer that proposes nothing is a mistake; a count beyond the range is all minima.
  @Test func counts() throws {
    let weights = try TinyWeights()
    let error = #expect(throws: StereoError.self) { try weights.matcher("kitti2012") }
    guard case .invalidOption("proposer", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    for count in [0, -3] {
      #expect(throws: StereoError.self) { try weights.matcher("kitti2012", candidates: .least(count)) }
    }
    #expect(
      try Self.disparities(weights.matcher("raw", candidates: 1_000_000_000))
        == Self.disparities(weights.matcher("raw", candidates: 12)))
  }
}
