import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// The confidence of the networks that regress a disparity from a distribution.
@Suite struct SpreadConfidenceTests {
  /// From a single disparity to a distribution over all of them.
  static let spreads: [Float] = [0, 0.3, 1.2, 2, 5, 20, 96]

  @Test func fallsWithTheSpread() {
    let values = Self.spreads.map { SpreadConfidence.probability(spread: $0) }
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 > $1 })
    #expect(values.first! > 0.999 && values.last! > 0 && values.last! < 1e-6)
    // The median of the pixels that it was fitted on, nearly all of them right.
    #expect(values[2] > 0.98 && values[2] < 0.995)
  }

  /// The map that a network ends with holds this function of its spread, and the disparity stays as it is.
  @Test func endsANetwork() {
    let count = Self.spreads.count
    var graph = NetworkGraph()
    let map = FeatureShape(height: 1, width: count, channels: 1)
    let (disparity, spread) = (graph.input(map), graph.input(map))
    let ended = graph.regressed(disparity, disparity, disparity: disparity, spread: spread)
    let runner = NetworkRunner(ended.graph)
    runner.view(disparity).assign(planar: Self.spreads.map { $0 * 2 })
    runner.view(spread).assign(planar: Self.spreads)
    runner(in: ComputeContext(parallel: Parallel(threads: 2)))
    #expect(runner.view(ended.disparity).planar() == Self.spreads.map { $0 * 2 })
    let expected = Self.spreads.map { SpreadConfidence.probability(spread: $0) }
    #expect(runner.view(ended.confidence!).planar() == expected)
  }

  /// On a KITTI crop the half of PSMNet's pixels with the least confidence holds more than two thirds of the errors above 3 pixels: many of
  /// them are on the road, where a network is right although the images show little.
  @Test(
    .enabled(
      if: SharedFiles.has("golden/real/psmnet_kitti2015") && SharedFiles.has("data/kitti2012")
        && SharedFiles.has("weights/psmnet_kitti2015/pretrained_model_KITTI2015.tar"),
      Comment(rawValue: SharedFiles.missing)))
  func tellsErrorsOfPSMNet() throws {
    let range = try DisparityRange(0, upTo: 192)
    let method = try NetworkMethod(
      "psmnet", weights: PublishedWeightsTests.checkpoint, range: range, options: MatchingOptions(),
      conventions: ["align-corners": "true"])
    let folder = PublishedWeightsTests.folder
    let pair = try RectifiedPair(left: readImage(folder + "/left.png"), right: readImage(folder + "/right.png"))
    var result = StereoResult(size: pair.size, range: range)
    try method.match(pair, into: &result, progress: RunProgress())
    // The crop is the last 256 rows and 512 columns of frame 000010.
    let truth = try readDisparity(SharedFiles.path("data/kitti2012/training/disp_noc/000010_10.png"))
    var pixels: [(confidence: Float, isWrong: Bool)] = []
    for y in 0..<pair.height {
      let row = truth.disparities.row(truth.height - pair.height + y)
      for x in 0..<pair.width {
        let known = row[truth.width - pair.width + x]
        if known.isNaN { continue }
        let error = abs(result.left.disparities[y, x] - known)
        pixels.append((result.confidence.values[y, x], error > 3))
      }
    }
    #expect(pixels.count > 50_000)
    let ordered = pixels.sorted { $0.confidence < $1.confidence }
    let least = ordered.prefix(ordered.count / 2).count { $0.isWrong }
    let all = pixels.count { $0.isWrong }
    #expect(all > 300 && 3 * least > 2 * all, "\(least) of \(all) errors")
  }
}
