package import Kernels

/// A network with the memory for its activations, run as often as there are inputs.
package final class NetworkRunner {
  /// The steps.
  package let graph: NetworkGraph
  /// Where activations lie.
  package let plan: MemoryPlan
  private let arena: AlignedFloats

  /// Allocates the activations of `graph`.
  package init(_ graph: NetworkGraph) {
    self.graph = graph
    plan = MemoryPlan(graph)
    arena = AlignedFloats(uninitialized: plan.floats)
  }

  /// Bytes of memory that a run on `threads` threads takes beside the weights.
  package static func plannedBytes(_ graph: NetworkGraph, _ plan: MemoryPlan, threads: Int) -> Int {
    let scratch = graph.steps.map(\.scratchFloats).max() ?? 0
    return (plan.floats + scratch * threads) * MemoryLayout<Float>.stride
  }

  /// The memory of an input before a run, or of an output after it.
  package func view(_ feature: Feature) -> FeatureView {
    run(in: ComputeContext(parallel: .serial)).view(feature)
  }

  private func run(in context: ComputeContext) -> NetworkRun {
    NetworkRun(context: context, arena: arena, offsets: plan.offsets, buffers: graph.buffers)
  }

  /// Runs all steps; tells after each stage which share of the multiplications is done.
  ///
  /// What is left of the run when it is cancelled is left undone: the caller looks at the context.
  package func callAsFunction(in context: ComputeContext) {
    let run = run(in: context)
    let total = Double(max(1, graph.steps.reduce(0) { $0 + $1.multiplyAdds }))
    var done = 0
    for (index, step) in graph.steps.enumerated() {
      step.run(run)
      if context.isCancelled { return }
      done += step.multiplyAdds
      let isLast = index + 1 == graph.steps.count
      if isLast || graph.steps[index + 1].stage != step.stage {
        context.part(step.stage).report(isLast ? 1 : Double(done) / total)
      }
    }
  }
}
