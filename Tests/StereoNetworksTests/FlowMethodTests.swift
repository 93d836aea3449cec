import Foundation
import GoldenSupport
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// The correlation networks as methods: any image size, conventions, warnings, Caffe models, and what is refused.
@Suite(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
struct FlowMethodTests {
  /// The small golden case of a method as a file of weights: Caffe's for the networks of Caffe.
  static func weights(_ method: String) throws -> (golden: GoldenCase, path: String) {
    let folders = ["flownet-s": "flownets", "flownet-c": "flownetc", "dispnet-c": "dispnetc", "iresnet": "iresnet_i2"]
    let golden = try GoldenCase(try #require(folders[method]) + "_v2")
    let base = FileManager.default.temporaryDirectory.appending(path: "stereodepth-\(UUID().uuidString)")
    let store = try golden.weights()
    if method.hasPrefix("flownet") {
      let path = base.path(percentEncoded: false) + ".safetensors"
      try SafeTensors.write(store.tensors, metadata: [:], to: path)
      return (golden, path)
    }
    let path = base.path(percentEncoded: false) + ".caffemodel"
    try Data(CaffeEncoding.model(store)).write(to: URL(filePath: path))
    return (golden, path)
  }

  static func method(_ name: String, conventions: [String: String] = [:]) throws -> (GoldenCase, NetworkMethod) {
    let (golden, path) = try weights(name)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let range = try DisparityRange(0, upTo: 192)
    let options = MatchingOptions(parallel: Parallel(threads: 2))
    return (
      golden, try NetworkMethod(name, weights: path, range: range, options: options, conventions: conventions)
    )
  }

  static func noise(_ width: Int, _ height: Int, seed: UInt64) -> Image {
    var state = seed
    let bytes = (0..<3 * width * height).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    return Image(format: .rgb8, bytes: Plane(width: 3 * width, height: height, samples: bytes))
  }

  /// The golden pair through the method gives the golden disparity; for the networks of Caffe also through their file format.
  @Test(arguments: ["flownet-s", "flownet-c", "dispnet-c", "iresnet"]) func goldenPair(name: String) throws {
    let (golden, method) = try Self.method(name)
    let pair = try golden.pair()
    var result = StereoResult(size: pair.size, range: method.range)
    try method.match(pair, into: &result, progress: RunProgress())
    // Values that cannot be copied do not go into the macros.
    let (computed, warnings, verticalFlow) = (result.left.disparities.samples, result.warnings, result.verticalFlow)
    let disparity = try golden.tensor("disparity")
    #expect(disparity.largestDifference(from: computed) <= disparity.tolerance)
    #expect(warnings.contains { $0.contains("correlation") } == (name == "flownet-c"), "128 of 160 pixels")
    if name.hasPrefix("flownet") {
      let flow = try golden.tensor("flow")
      let vertical = flow.values.suffix(flow.values.count / 2).sorted()
      let median = try #require(verticalFlow)
      #expect(abs(median - vertical[vertical.count / 2]) <= flow.tolerance)
      #expect(warnings.contains { $0.contains("vertical flow") } == (abs(median) >= 0.5))
    } else {
      #expect(verticalFlow == nil)
    }
  }

  /// Sizes that are multiples of nothing; every level of FlowNet's decoder is cropped in one of them.
  @Test(arguments: ["flownet-s", "flownet-c", "dispnet-c", "iresnet"], [(161, 37), (195, 99), (190, 65)])
  func anySize(name: String, size: (Int, Int)) throws {
    let (_, method) = try Self.method(name)
    let pair = try RectifiedPair(
      left: Self.noise(size.0, size.1, seed: 1), right: Self.noise(size.0, size.1, seed: 2))
    var result = StereoResult(size: pair.size, range: method.range)
    try method.match(pair, into: &result, progress: RunProgress())
    let (disparities, confidence) = (result.left.disparities.samples, result.confidence.values.samples)
    #expect(disparities.count == size.0 * size.1 && disparities.allSatisfy(\.isFinite))
    #expect(Set(disparities).count > disparities.count / 4)
    #expect(confidence.allSatisfy { $0 >= 0 && $0 <= 1 })
    let plan = try method.plan(for: pair.size)
    #expect(plan.multiplyAdds > 0 && plan.peakBytes > 0)
  }

  @Test(arguments: [("dispnet-c", 159), ("iresnet", 100), ("flownet-c", 79)])
  func imagesNarrowerThanTheCorrelation(name: String, width: Int) throws {
    let (_, method) = try Self.method(name)
    #expect {
      _ = try method.plan(for: PixelSize(width: width, height: 64))
    } throws: { error in "\(error)".contains("the range of its correlation") && "\(error)".contains("\(width)") }
  }

  @Test(arguments: ["0", "1000000", "-1", "two", "17"]) func iterationsThatAreRefused(text: String) throws {
    let expected = StereoError.invalidOption(name: "iterations", expected: "a whole number from 1 to 16", found: text)
    #expect(throws: expected) { _ = try Self.method("iresnet", conventions: ["iterations": text]) }
  }

  /// More iterations change the result, and two are the default.
  @Test func iterations() throws {
    func disparities(_ conventions: [String: String]) throws -> [Float] {
      let (golden, method) = try Self.method("iresnet", conventions: conventions)
      let pair = try golden.pair()
      var result = StereoResult(size: pair.size, range: method.range)
      try method.match(pair, into: &result, progress: RunProgress())
      return result.left.disparities.samples
    }
    let two = try disparities([:])
    #expect(try disparities(["iterations": "2"]) == two)
    #expect(try disparities(["iterations": "1"]) != two)
    #expect(try disparities(["iterations": "3"]) != two)
  }

  @Test func directionsThatAreRefused() throws {
    #expect(throws: StereoError.self) { _ = try Self.method("dispnet-c", conventions: ["single-direction": "2"]) }
    // The file has 81 displacements: in one direction that is a reach of 80, and other disparities.
    _ = try Self.method("dispnet-c", conventions: ["single-direction": "-1"])
  }

  /// Each thread that packs holds a copy of a tensor of a mapped file; Caffe models are in memory and not copied.
  @Test(arguments: ["flownet-c", "dispnet-c"]) func planHoldsWhatPackingCopies(name: String) throws {
    let (golden, path) = try Self.weights(name)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let weightBytes = try [1, 2].map { threads in
      let options = MatchingOptions(parallel: Parallel(threads: threads))
      let method = try NetworkMethod(name, weights: path, range: DisparityRange(0, upTo: 192), options: options)
      let stages = try method.plan(for: PixelSize(width: 192, height: 64)).stages
      return try #require(stages.first { $0.name == "weights" }).bytes
    }
    let second = try golden.weights().tensors.map { $0.count * 4 }.sorted().dropLast().last
    #expect(weightBytes[1] - weightBytes[0] == (name == "flownet-c" ? second : 0))
  }

  /// iResNet's model is not DispNet's, and the error names tensors of both kinds.
  @Test func modelOfAnotherNetwork() throws {
    let (_, path) = try Self.weights("iresnet")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let range = try DisparityRange(0, upTo: 192)
    for (name, problem) in [("dispnet-c", "surplus zoom_conv0_itr1.weight"), ("flownet-c", "missing conv1.0.weight")] {
      #expect {
        _ = try NetworkMethod(name, weights: path, range: range, options: MatchingOptions())
      } throws: {
        guard case .mismatch(_, let problems) = $0 as? WeightError else { return false }
        return problems.contains { $0.hasPrefix(problem) }
      }
    }
  }
}
