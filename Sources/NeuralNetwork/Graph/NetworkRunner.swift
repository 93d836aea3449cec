package import Kernels

/// A network with the memory for its activations, run as often as there are inputs.
package final class NetworkRunner {
  /// The steps.
  package let graph: NetworkGraph
  /// Where activations lie.
  package let plan: MemoryPlan
  private let arena: AlignedFloats
  private let scratch = ScratchPool()

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

  /// Runs all steps.
  ///
  /// - Parameters:
  ///   - isCancelled: polled between work items; the rest of the run is left undone once it returns true.
  ///   - finished: called after each stage with its name and the share of the multiplications done; ends the run by throwing.
  package func callAsFunction<Failure: Error>(
    instructionSet: InstructionSet = .best, parallel: Parallel, isCancelled: @escaping @Sendable () -> Bool = { false },
    finished: (_ stage: String, _ fraction: Double) throws(Failure) -> Void
  ) throws(Failure) {
    let run = run(
      in: ComputeContext(
        instructionSet: instructionSet, parallel: parallel, scratch: scratch, isCancelled: isCancelled))
    let total = Double(max(1, graph.steps.reduce(0) { $0 + $1.multiplyAdds }))
    var done = 0
    for (index, step) in graph.steps.enumerated() {
      step.run(run)
      done += step.multiplyAdds
      let isLast = index + 1 == graph.steps.count
      if isLast || graph.steps[index + 1].stage != step.stage || isCancelled() {
        try finished(step.stage, isLast ? 1 : Double(done) / total)
      }
    }
  }
}
