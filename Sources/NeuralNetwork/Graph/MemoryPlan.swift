internal import Kernels

/// Where the activations of a network lie in one piece of memory, so that those not alive at the same time share it.
///
/// A buffer is alive from the first step that writes it to the last one that reads or writes it. The largest buffers are
/// placed first, each at the lowest offset that is free for its whole life.
package struct MemoryPlan: Sendable {
  /// Offset of each buffer, floats.
  package let offsets: [Int]
  /// Floats of the whole piece.
  package let floats: Int
  /// Floats alive during each step.
  package let alive: [Int]

  /// The plan for a network.
  package init(_ graph: NetworkGraph) {
    let lives = Self.lives(graph)
    let sizes = graph.buffers.map { ($0.floatCount + 15) / 16 * 16 }
    var offsets = [Int](repeating: 0, count: sizes.count)
    var placed: [Int] = []
    for buffer in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
      guard let life = lives[buffer] else { continue }
      let others = placed.filter { lives[$0]!.overlaps(life) }.sorted { offsets[$0] < offsets[$1] }
      var offset = 0
      for other in others where offsets[other] < offset + sizes[buffer] {
        offset = max(offset, offsets[other] + sizes[other])
      }
      offsets[buffer] = offset
      placed.append(buffer)
    }
    self.offsets = offsets
    floats = placed.map { offsets[$0] + sizes[$0] }.max() ?? 0
    alive = graph.steps.indices.map { step in
      placed.reduce(0) { $0 + (lives[$1]!.contains(step) ? sizes[$1] : 0) }
    }
  }

  /// The first and last step in which each buffer is alive; nil where no step touches it.
  private static func lives(_ graph: NetworkGraph) -> [ClosedRange<Int>?] {
    var lives = [ClosedRange<Int>?](repeating: nil, count: graph.buffers.count)
    for (index, step) in graph.steps.enumerated() {
      for buffer in step.reads + step.writes {
        lives[buffer] = (lives[buffer]?.lowerBound ?? index)...index
      }
    }
    for buffer in graph.inputs { lives[buffer] = 0...(lives[buffer]?.upperBound ?? 0) }
    for buffer in graph.outputs {
      lives[buffer] = (lives[buffer]?.lowerBound ?? 0)...max(graph.steps.count - 1, lives[buffer]?.upperBound ?? 0)
    }
    return lives
  }
}
