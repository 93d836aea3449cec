import GoldenSupport
import ImageFiles
import Kernels
import NeuralNetwork
import StereoCore
import StereoDepth
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// ModuleNet against PyTorch, on a pair of 44 × 26 pixels and a network with weights by seed.
///
/// `Models/training/modulenet/bundle.py case` makes the fixture: the fixed layers by the same C kernels (which their own tests
/// compare with plain forms), everything learned by PyTorch.
@Suite struct ModuleNetTests {
  static let folder = SharedFiles.fixture("Fixtures/modulenet", beside: #filePath)
  static let disparities = 24

  /// Runs the fixture's pair.
  static func run(threads: Int, instructionSet: InstructionSet = .best) throws -> (StereoGraph, NetworkRunner) {
    let context = ComputeContext(instructionSet: instructionSet, parallel: Parallel(threads: threads))
    let weights = try WeightStore(path: "\(folder)/weights.safetensors")
    let network = try ModuleNet(weights, conventions: [:], in: context)
    let left = try readImage("\(folder)/left.png")
    let right = try readImage("\(folder)/right.png")
    let size = PixelSize(width: left.width, height: left.height)
    let graph = try network.graph(
      frame: network.preparation.frame(for: size), disparities: disparities, keepsRecords: true)
    let runner = NetworkRunner(graph.graph)
    network.preparation.write(left, into: runner.view(graph.left))
    network.preparation.write(right, into: runner.view(graph.right))
    runner(in: context)
    return (graph, runner)
  }

  @Test(arguments: InstructionSet.available) func everyStageAgreesWithPyTorch(instructionSet: InstructionSet) throws {
    let (graph, runner) = try Self.run(threads: 2, instructionSet: instructionSet)
    let file = try WeightStore(path: "\(Self.folder)/activations.safetensors").reader()
    var stages = graph.graph.records
    stages["disparity"] = graph.disparity
    stages["confidence"] = graph.confidence
    #expect(stages.count == 8)
    for (name, feature) in stages {
      let shape = [feature.shape.channels, feature.shape.height, feature.shape.width]
      let expected = file.tensor(name, shape: shape).values()
      let computed = runner.view(feature).planar()
      let difference = zip(computed, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 2e-4, "\(name) \(shape)")
    }
    try file.finish()
  }

  @Test func threadsDoNotMatter() throws {
    let (one, first) = try Self.run(threads: 1)
    let (two, second) = try Self.run(threads: 3)
    #expect(first.view(one.disparity).planar() == second.view(two.disparity).planar())
    #expect(first.view(one.confidence!).planar() == second.view(two.confidence!).planar())
  }

  @Test func methodGivesConfidenceAndRefusesRanges() throws {
    let weights = "\(Self.folder)/weights.safetensors"
    let method = try NetworkMethod(
      "modulenet", weights: weights, range: DisparityRange(0..<24), options: MatchingOptions())
    let pair = try RectifiedPair(
      left: readImage("\(Self.folder)/left.png"), right: readImage("\(Self.folder)/right.png"))
    var result = StereoResult(size: pair.size, range: method.range)
    try method.match(pair, into: &result, progress: RunProgress())
    let confidence = result.confidence.values.samples
    #expect(confidence.allSatisfy { $0 >= 0 && $0 <= 1 } && Set(confidence).count > 100)
    #expect(result.left.disparities.samples.allSatisfy { $0 >= 0 && $0 <= 23 })
    for upper in [20, 4104] {
      #expect(throws: StereoError.self) {
        let method = try NetworkMethod(
          "modulenet", weights: weights, range: DisparityRange(0..<upper), options: MatchingOptions())
        _ = try method.plan(for: PixelSize(width: 44, height: 26))
      }
    }
  }

  /// All planes of a frame come from the frame before.
  @Test func framesShareTheirMemory() throws {
    let method = try NetworkMethod(
      "modulenet", weights: "\(Self.folder)/weights.safetensors", range: DisparityRange(0..<24),
      options: MatchingOptions())
    let pair = try RectifiedPair(
      left: readImage("\(Self.folder)/left.png"), right: readImage("\(Self.folder)/right.png"))
    var result = StereoResult(size: pair.size, range: method.range)
    var allocations: [Int] = []
    for _ in 0..<4 {
      try method.match(pair, into: &result, progress: RunProgress())
      allocations.append(method.memory.allocations)
    }
    #expect(allocations[0] > 0 && allocations[1] == allocations[3], "\(allocations)")
  }

  @Test func planCountsTheModules() throws {
    let weights = "\(Self.folder)/weights.safetensors"
    let plans = try [24, 48].map { count in
      try NetworkMethod("modulenet", weights: weights, range: DisparityRange(0..<count), options: MatchingOptions())
        .plan(for: PixelSize(width: 44, height: 26))
    }
    let work = plans.map { $0.stages.reduce(0) { $0 + $1.multiplyAdds } }
    #expect(work[0] > 1_000_000 && work[1] > work[0] * 3 / 2)
    #expect(plans[1].stages.contains { $0.name == "second stage, module 6 of 6" })
  }
}
