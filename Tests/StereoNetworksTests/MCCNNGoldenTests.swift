import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Testing

/// The learned costs against the golden cases: synthetic weights, and CNES's published ones.
@Suite(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
struct MCCNNGoldenTests {
  /// The golden networks have five unpadded layers: their pixel (y, x) is ours (y + 5, x + 5).
  static let margin = 5

  static func cost(_ variant: String, _ weights: WeightStore) throws -> any MatchingCost {
    if variant == "fast" { return try MCCNNFast(weights) }
    return try MCCNNAccurate(weights)
  }

  /// Our costs as `[D, H − 10, W − 10]`, the layout of the golden volume: NaN where the cropped right pixel lies outside.
  static func cropped(_ volume: borrowing CostVolume) -> [Float] {
    var values: [Float] = []
    for k in 0..<volume.range.count {
      for y in margin..<volume.height - margin {
        for x in margin..<volume.width - margin {
          values.append(x - k >= margin ? volume.costs[y, x, k] : .nan)
        }
      }
    }
    return values
  }

  @Test(arguments: ["mccnn_fast_v1", "mccnn_fast_v2", "mccnn_accurate_v1", "mccnn_accurate_v2"])
  func costsAgree(folder: String) throws {
    let golden = try GoldenCase(folder)
    let pair = try golden.pair()
    let range = DisparityRange(0..<(try #require(golden.maxDisparity) + 1))
    let cost = try Self.cost(golden.variant, golden.weights())
    let expected = try golden.tensor("cost_volume")
    let computed = Self.cropped(
      try cost.costs(of: pair, over: range, in: ComputeContext(parallel: Parallel(threads: 2))))
    #expect(expected.largestDifference(from: computed) <= expected.tolerance, "\(folder)")
  }

  @Test(.enabled(if: SharedFiles.has("weights/mccnn")), arguments: ["fast", "accurate"])
  func publishedWeightsAgree(variant: String) throws {
    let folder = "golden/real/mccnn_\(variant)_mb"
    let json = try pythonDescription(SharedFiles.path(folder + "/case.json"))
    let stored = try WeightStore(path: SharedFiles.path(folder + "/expected.safetensors"))
    let shape = try #require(json["cost_volume_shape"]?.elements).compactMap(\.integerValue)
    let stride = try #require(json["cost_volume_stride"]?.integerValue)
    let tolerance = Float(try #require(json["tolerance"]?.number))
    let expected = try #require(stored["cost_volume"]).values()
    let pair = try RectifiedPair(
      left: readImage(SharedFiles.path(folder + "/left.png")), right: readImage(SharedFiles.path(folder + "/right.png"))
    )
    let weights = try WeightStore(path: SharedFiles.path("weights/mccnn/mc_cnn_\(variant)_mb_weights.pt"))
    let costs = try Self.cost(variant, weights).costs(
      of: pair, over: DisparityRange(0..<shape[0]), in: ComputeContext(parallel: Parallel(threads: 2)))
    let computed = Self.cropped(costs)
    #expect(computed.count == shape.reduce(1, *) && expected.count == (computed.count + stride - 1) / stride)
    for (i, value) in expected.enumerated() {
      let ours = computed[i * stride]
      #expect(ours.isNaN == value.isNaN && (value.isNaN || abs(ours - value) <= tolerance), "element \(i * stride)")
    }
  }

  @Test func costsDoNotDependOnThreads() throws {
    let golden = try GoldenCase("mccnn_accurate_v2")
    let pair = try golden.pair()
    let range = DisparityRange(-3..<20)
    let one = try Self.cost("accurate", golden.weights())
      .costs(of: pair, over: range, in: ComputeContext(parallel: Parallel(threads: 1)))
    let three = try Self.cost("accurate", golden.weights())
      .costs(of: pair, over: range, in: ComputeContext(parallel: Parallel(threads: 3)))
    #expect(one.costs.samples.map(\.bitPattern) == three.costs.samples.map(\.bitPattern))
  }
}
