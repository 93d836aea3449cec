import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoNetworks
import Tensors
import Testing

/// Every golden case of the end-to-end networks, stage by stage, so that a difference names its stage.
@Suite(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
struct GoldenNetworkTests {
  static let cases: [(folder: String, method: String)] = [
    ("psmnet_stack_v1", "psmnet"), ("psmnet_stack_v2", "psmnet"), ("psmnet_basic_v1", "psmnet-basic"),
    ("psmnet_basic_v2", "psmnet-basic"), ("gcnet_v1", "gc-net"), ("gcnet_v2", "gc-net"),
    ("ganet_deep_v1", "ga-net-deep"),
    ("ganet_deep_v2", "ga-net-deep"), ("ganet_11_v1", "ga-net-11"), ("ganet_11_v2", "ga-net-11"),
  ]

  /// Runs a case and keeps every recorded stage.
  static func run(_ golden: GoldenCase, method: String, threads: Int = 2) throws -> (StereoGraph, NetworkRunner) {
    let conventions = golden.alignCorners.map { ["align-corners": "\($0)"] } ?? [:]
    let context = ComputeContext(parallel: Parallel(threads: threads))
    let network = try NetworkRegistry.network(named: method).init(
      golden.weights(), conventions: conventions, in: context)
    let size = PixelSize(width: golden.imageWidth, height: golden.imageHeight)
    let graph = try network.graph(
      frame: network.preparation.frame(for: size), disparities: try #require(golden.maxDisparity), keepsRecords: true)
    let runner = NetworkRunner(graph.graph)
    for (path, input) in [(golden.leftImagePath, graph.left), (golden.rightImagePath, graph.right)] {
      network.preparation.write(try readImage(path), into: runner.view(input))
    }
    runner(in: context)
    return (graph, runner)
  }

  /// GA-Net's weights of a semi-global layer, here [direction][tap][channel], in the order that checkpoints have them:
  /// [direction][channel][tap].
  static func published(_ weights: FeatureView) -> [Float] {
    let values = weights.planar()
    let (channels, plane) = (weights.shape.channels / 20, weights.shape.pixelCount)
    var published: [Float] = []
    for n in 0..<20 * channels {
      let (direction, channel, tap) = (n / 5 / channels, n / 5 % channels, n % 5)
      let start = ((direction * 5 + tap) * channels + channel) * plane
      published += values[start..<start + plane]
    }
    return published
  }

  @Test(arguments: cases) func everyStageAgrees(folder: String, method: String) throws {
    let golden = try GoldenCase(folder)
    let (graph, runner) = try Self.run(golden, method: method)
    var compared = 0
    for (name, feature) in graph.graph.records {
      guard let expected = try? golden.tensor(name) else { continue }
      let computed =
        name.hasPrefix("guidance.sg") ? Self.published(runner.view(feature)) : runner.view(feature).planar()
      let difference = expected.largestDifference(from: computed)
      #expect(difference <= expected.tolerance, "\(folder) \(name)")
      compared += 1
    }
    #expect(compared >= 20, "\(folder): only \(compared) stages have a recorded activation")
    let whole = runner.view(graph.disparity)
    let top = whole.shape.height - golden.imageHeight
    let left = method.hasPrefix("ga-net") ? whole.shape.width - golden.imageWidth : 0
    let cropped = (0..<golden.imageHeight).flatMap { y in
      (0..<golden.imageWidth).map { x in whole.base[(y + top) * whole.shape.width + x + left] }
    }
    let disparity = try golden.tensor("disparity")
    let difference = disparity.largestDifference(from: cropped)
    #expect(difference <= disparity.tolerance, "\(folder) disparity")
  }
}
