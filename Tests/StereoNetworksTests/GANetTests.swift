import Foundation
import GoldenSupport
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// GA-Net as a method: what published files have besides, sizes that are no multiples of 48, threads, memory, confidence.
@Suite(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
struct GANetTests {
  /// Weights of a golden case with tensors added, and some left out.
  static func weights(
    adding names: [String] = [], without isLeftOut: (String) -> Bool = { _ in false }
  ) throws -> WeightStore {
    let store = try GoldenCase("ganet_deep_v2").weights()
    let added = names.map { WeightTensor(name: $0, shape: [2], values: [1, 2]) }
    return try WeightStore(tensors: store.tensors.filter { !isLeftOut($0.name) } + added)
  }

  static func make(_ method: String, _ weights: WeightStore) throws -> any StereoNetwork {
    try NetworkRegistry.network(named: method).init(
      weights, conventions: [:], in: ComputeContext(parallel: Parallel(threads: 2)))
  }

  @Test func trainingHeadsAreIgnored() throws {
    let heads = ["disp0.conv32x1.weight", "disp1.conv32x1.weight", "deconv0b.conv1.conv.weight"]
    _ = try Self.make("ga-net-deep", Self.weights(adding: heads.map { "cost_agg." + $0 }))
    #expect(throws: WeightError.self) {
      _ = try Self.make("ga-net-deep", Self.weights(adding: ["cost_agg.disp3.conv32x1.weight"]))
    }
    #expect(throws: WeightError.self) {
      _ = try Self.make("ga-net-deep", Self.weights { $0 == "cost_agg.sga11.bn_relu.0.weight" })
    }
  }

  /// The deep network's file is no GA-Net-11 and no PSMNet; GA-Net-15 is it without the layers at a sixth of the resolution.
  @Test func variantsAreToldApart() throws {
    #expect(throws: WeightError.self) { _ = try Self.make("ga-net-11", Self.weights()) }
    #expect(throws: WeightError.self) { _ = try Self.make("psmnet", Self.weights()) }
    #expect(throws: WeightError.self) { _ = try Self.make("ga-net-15", Self.weights()) }
    let fifteen = try Self.make("ga-net-15", Self.weights { $0.contains(/(sga|sg|guidance\.conv)1[1-4]\./) })
    let graph = try fifteen.graph(frame: PixelSize(width: 96, height: 48), disparities: 24, keepsRecords: false)
    #expect(graph.graph.stages.filter { $0.hasPrefix("sga") && !$0.contains(" ") } == ["sga1", "sga2", "sga3"])
  }

  static func image(_ width: Int, _ height: Int, _ colour: (Int) -> UInt8) -> Image {
    let bytes = (0..<width * height * 3).map { colour($0) }
    return Image(format: .rgb8, bytes: Plane(width: width * 3, height: height, samples: bytes))
  }

  /// Sizes on either side of a multiple of 48, a strip, one pixel, one colour: numbers everywhere, the same for any threads.
  @Test(arguments: [(70, 49), (48, 48), (97, 5), (1, 1)]) func anySize(width: Int, height: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "ganet-\(width)-\(height).safetensors")
    let path = folder.path(percentEncoded: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try SafeTensors.write(Self.weights().tensors, metadata: [:], to: path)
    let range = try DisparityRange(0, upTo: 24)
    let pair = try RectifiedPair(
      left: Self.image(width, height) { UInt8(truncatingIfNeeded: $0 * $0 % 251) },
      right: Self.image(width, height) { _ in 77 })
    var first: ([Float], [Float])?
    for threads in [1, 3] {
      let method = try NetworkMethod(
        "ga-net-deep", weights: path, range: range, options: MatchingOptions(parallel: Parallel(threads: threads)))
      var result = StereoResult(size: pair.size, range: range)
      try method.match(pair, into: &result, progress: RunProgress())
      let maps = (result.left.disparities.samples, result.confidence.values.samples)
      #expect(maps.0.allSatisfy { $0.isFinite })
      #expect(maps.1.allSatisfy { $0 >= 0 && $0 < 1 })
      if let first { #expect(first.0 == maps.0 && first.1 == maps.1, "threads change the bits") }
      first = maps
    }
  }

  /// Two volumes, the weights of one guided layer, and little else: no concatenation, no volume of full resolution.
  @Test func memoryIsTwoVolumesAndTheWeightsOfOneLayer() throws {
    let network = try Self.make("ga-net-deep", Self.weights())
    let graph = try network.graph(frame: PixelSize(width: 1248, height: 384), disparities: 192, keepsRecords: false)
    let plan = MemoryPlan(graph.graph)
    let volume = FeatureShape(depth: 65, height: 128, width: 416, channels: 32)
    let layer = SemiGlobalGuided.guidanceShape(for: volume)
    let full = FeatureShape(height: 384, width: 1248, channels: 16)
    let least = 2 * volume.floatCount + layer.floatCount
    #expect(plan.floats >= least)
    #expect(plan.floats <= least + 6 * full.floatCount, "\(plan.floats * 4 / 1_000_000) MB")
  }
}
