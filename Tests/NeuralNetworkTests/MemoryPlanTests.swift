import Kernels
import NeuralNetwork
import Testing

/// Activations alive at the same time never share memory; those that are not, do.
@Suite struct MemoryPlanTests {
  /// a → b → c → d, each of the same size: two pieces of memory suffice.
  @Test func aChainTakesTwoBuffers() throws {
    var graph = NetworkGraph()
    var x = graph.input(FeatureShape(height: 4, width: 4, channels: 16))
    for _ in 0..<5 { x = try graph.add(x, nil, slope: 0) }
    graph.output(x)
    #expect(MemoryPlan(graph).floats == 2 * 4 * 4 * 16)
  }

  @Test func overlappingLivesLieApart() throws {
    var graph = NetworkGraph()
    let a = graph.input(FeatureShape(height: 3, width: 5, channels: 17))
    let b = graph.resize(a, to: SIMD3(1, 6, 10), alignCorners: true)
    let c = graph.resize(b, to: SIMD3(1, 3, 5), alignCorners: false)
    let d = try graph.add(a, c)
    graph.output(d)
    let plan = MemoryPlan(graph)
    func range(_ feature: Feature) -> Range<Int> {
      let start = plan.offsets[feature.buffer]
      return start..<start + feature.shape.floatCount
    }
    #expect(!range(a).overlaps(range(b)) && !range(b).overlaps(range(c)) && !range(a).overlaps(range(c)))
    #expect(!range(d).overlaps(range(a)) && !range(d).overlaps(range(c)))
    #expect(plan.alive.max()! <= plan.floats)
  }

  /// A step that overwrites its residual needs no memory of its own.
  @Test func additionInPlace() throws {
    var graph = NetworkGraph()
    let a = graph.input(FeatureShape(height: 2, width: 2, channels: 16))
    let b = graph.input(FeatureShape(height: 2, width: 2, channels: 16))
    let sum = try graph.add(a, b, into: b)
    graph.output(sum)
    #expect(sum == b)
    let runner = NetworkRunner(graph)
    runner.view(a).assign(planar: (0..<64).map { Float($0) })
    runner.view(b).assign(planar: (0..<64).map { Float(2 * $0) })
    runner(in: ComputeContext(parallel: .serial))
    #expect(runner.view(sum).planar() == (0..<64).map { Float(3 * $0) })
  }
}
