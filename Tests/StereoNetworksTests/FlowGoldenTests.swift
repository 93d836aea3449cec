import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoNetworks
import Testing

/// The golden cases of the correlation networks, stage by stage.
@Suite(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
struct FlowGoldenTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let folder: String
    let method: String
    /// Activations that the case must have in common with the network, so that no comparison is lost silently.
    let stages: Int
    var testDescription: String { folder }
  }

  static let cases = [
    Case(folder: "flownets_v1", method: "flownet-s", stages: 15),
    Case(folder: "flownets_v2", method: "flownet-s", stages: 15),
    Case(folder: "flownetc_v1", method: "flownet-c", stages: 18),
    Case(folder: "flownetc_v2", method: "flownet-c", stages: 18),
    Case(folder: "dispnetc_v1", method: "dispnet-c", stages: 23),
    Case(folder: "dispnetc_v2", method: "dispnet-c", stages: 23),
    Case(folder: "iresnet_i2_v1", method: "iresnet", stages: 48),
    Case(folder: "iresnet_i2_v2", method: "iresnet", stages: 48),
  ]

  /// Runs a case and keeps every recorded stage.
  static func run(
    _ golden: GoldenCase, method: String, keepsRecords: Bool = true, threads: Int = 2
  ) throws -> (StereoGraph, NetworkRunner) {
    let context = ComputeContext(parallel: Parallel(threads: threads))
    let network = try NetworkRegistry.network(named: method).init(
      golden.weights(), conventions: [:], in: context)
    let graph = try network.graph(
      frame: PixelSize(width: golden.imageWidth, height: golden.imageHeight), disparities: 192,
      keepsRecords: keepsRecords)
    let runner = NetworkRunner(graph.graph)
    for (path, input) in [(golden.leftImagePath, graph.left), (golden.rightImagePath, graph.right)] {
      network.preparation.write(try readImage(path), into: runner.view(input))
    }
    runner(in: context)
    return (graph, runner)
  }

  @Test(arguments: cases) func everyStageAgrees(test: Case) throws {
    let golden = try GoldenCase(test.folder)
    let (graph, runner) = try Self.run(golden, method: test.method)
    var compared = 0
    for (name, feature) in graph.graph.records {
      guard let expected = try? golden.tensor(name) else { continue }
      let difference = expected.largestDifference(from: runner.view(feature).planar())
      #expect(difference <= expected.tolerance, "\(test.folder) \(name)")
      compared += 1
    }
    #expect(compared >= test.stages, "\(test.folder): only \(compared) stages have a recorded activation")
    let computed = runner.view(graph.disparity).planar()
    let disparity = try golden.tensor("disparity")
    #expect(disparity.largestDifference(from: computed) <= disparity.tolerance, "\(test.folder) disparity")
    if let vertical = graph.verticalFlow {
      // Both components of the flow together, so that the vertical one is compared too.
      let flow = try golden.tensor("flow")
      let both = computed.map { -$0 } + runner.view(vertical).planar()
      #expect(flow.largestDifference(from: both) <= flow.tolerance, "\(test.folder) flow")
    }
    let confidence = runner.view(try #require(graph.confidence)).planar()
    #expect(confidence.allSatisfy { $0 >= 0 && $0 <= 1 })
    #expect(confidence.min()! < confidence.max()!)
  }

  /// Memory that is used again during the run, and the number of threads, change no bit.
  @Test(arguments: ["flownetc_v2", "dispnetc_v2", "iresnet_i2_v2"])
  func plannedMemoryAndThreadsChangeNothing(folder: String) throws {
    let golden = try GoldenCase(folder)
    let method = try #require(Self.cases.first { $0.folder == folder }).method
    let (first, kept) = try Self.run(golden, method: method)
    let (second, planned) = try Self.run(golden, method: method, keepsRecords: false, threads: 3)
    #expect(kept.view(first.disparity).planar() == planned.view(second.disparity).planar())
    #expect(planned.plan.floats < kept.plan.floats)
  }
}
