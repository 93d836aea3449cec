import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// The checkpoint that PSMNet's authors published, opened as it is.
@Suite(
  .enabled(
    if: SharedFiles.has("weights/psmnet_kitti2015/pretrained_model_KITTI2015.tar"),
    Comment(rawValue: SharedFiles.missing)))
struct PublishedWeightsTests {
  static let checkpoint = SharedFiles.path("weights/psmnet_kitti2015/pretrained_model_KITTI2015.tar")

  static let folder = SharedFiles.path("golden/real/psmnet_kitti2015")

  /// A crop of KITTI 2012's frame 000010 by 256×512 pixels, with the disparities of the authors' code.
  static func match(threads: Int, progress: RunProgress = RunProgress()) throws -> [Float] {
    let range = try DisparityRange(0, upTo: 192)
    let method = try NetworkMethod(
      "psmnet", weights: checkpoint, range: range, options: MatchingOptions(parallel: Parallel(threads: threads)),
      conventions: ["align-corners": "true"])
    let pair = try RectifiedPair(left: readImage(folder + "/left.png"), right: readImage(folder + "/right.png"))
    var result = StereoResult(size: pair.size, range: range)
    try method.match(pair, into: &result, progress: progress)
    return result.left.disparities.samples
  }

  @Test(.enabled(if: SharedFiles.has("golden/real/psmnet_kitti2015"), Comment(rawValue: SharedFiles.missing)))
  func publishedCheckpointGivesThePublishedDisparities() throws {
    let one = try Self.match(threads: 1)
    let expected = try #require(WeightStore(path: Self.folder + "/expected.safetensors")["disparity"]).values()
    #expect(one.count == expected.count)
    let difference = zip(one, expected).map { abs($0 - $1) }.max() ?? .infinity
    #expect(difference <= 0.05)
    #expect(try Self.match(threads: 3) == one, "the number of threads changes the bits")
  }

  @Test(.enabled(if: SharedFiles.has("golden/real/psmnet_kitti2015"), Comment(rawValue: SharedFiles.missing)))
  func cancelledRunEnds() throws {
    let progress = RunProgress()
    progress.cancel()
    let clock = ContinuousClock()
    let start = clock.now
    #expect(throws: StereoError.cancelled) { _ = try Self.match(threads: 2, progress: progress) }
    #expect(start.duration(to: clock.now) < .seconds(20), "loading and cancelling took as long as a run")
  }

  @Test func anotherNetworksWeightsAreRefused() throws {
    #expect(throws: WeightError.self) {
      _ = try NetworkMethod(
        "gc-net", weights: Self.checkpoint, range: DisparityRange(0, upTo: 64), options: MatchingOptions())
    }
  }

  @Test(arguments: [(0, 100), (16, 192), (0, 8)]) func rangesTheNetworkCannotSearch(first: Int, end: Int) throws {
    #expect(throws: StereoError.self) {
      _ = try NetworkMethod(
        "psmnet", weights: Self.checkpoint, range: DisparityRange(first, upTo: end), options: MatchingOptions())
    }
  }

  /// The plan covers what a run takes, below 256 pixels too, and is known without running.
  @Test func smallImagesHaveAPlan() throws {
    let method = try NetworkMethod(
      "psmnet", weights: Self.checkpoint, range: DisparityRange(0, upTo: 64), options: MatchingOptions())
    let small = try method.plan(for: PixelSize(width: 100, height: 60))
    let large = try method.plan(for: PixelSize(width: 512, height: 256))
    #expect(small.peakBytes < large.peakBytes)
    #expect(small.multiplyAdds < large.multiplyAdds)
    #expect(large.stages.contains { $0.name == "dres3" && $0.multiplyAdds > 0 })
    let bytes = [UInt8](repeating: 90, count: 100 * 60)
    let pair = try RectifiedPair(
      left: Image(format: .gray8, bytes: Plane(width: 100, height: 60, samples: bytes)),
      right: Image(format: .gray8, bytes: Plane(width: 100, height: 60, samples: bytes)))
    var result = StereoResult(size: pair.size, range: method.range)
    try method.match(pair, into: &result, progress: RunProgress())
    #expect(result.left.disparities.samples.allSatisfy { $0 >= 0 && $0 <= 63 })

    let scaled = try NetworkMethod(
      "psmnet", weights: Self.checkpoint, range: DisparityRange(0, upTo: 64), options: MatchingOptions(),
      conventions: ["disparity-scale": "1.17"])
    var other = StereoResult(size: pair.size, range: scaled.range)
    try scaled.match(pair, into: &other, progress: RunProgress())
    #expect(other.left.disparities.samples == result.left.disparities.samples.map { 1.17 * $0 })
    #expect(other.left.range.upperBound == 75, "63 · 1.17 = 73.7")
    #expect(throws: StereoError.self) {
      _ = try NetworkMethod(
        "psmnet", weights: Self.checkpoint, range: DisparityRange(0, upTo: 64), options: MatchingOptions(),
        conventions: ["disparity-scale": "0"])
    }
  }
}
