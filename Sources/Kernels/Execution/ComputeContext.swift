import Synchronization

/// What a kernel runs with: instruction set, threads, scratch memory, and whether it is still wanted.
package struct ComputeContext: Sendable {
  /// The vector instructions to use.
  package let instructionSet: InstructionSet
  /// The threads to use.
  package let parallel: Parallel
  /// Memory that work items use while they run.
  package let scratch: ScratchPool
  /// Polled between work items; what has not begun is left undone once it returns true.
  package let isCancelled: @Sendable () -> Bool

  /// A context for `parallel`, by default with the best instructions of this machine.
  package init(
    instructionSet: InstructionSet = .best, parallel: Parallel = Parallel(), scratch: ScratchPool = ScratchPool(),
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.instructionSet = instructionSet
    self.parallel = parallel
    self.scratch = scratch
    self.isCancelled = isCancelled
  }

  /// Runs `body` for the items 0 ..< count over the threads, each with scratch memory of `scratchFloats`.
  package func items(
    _ count: Int, scratchFloats: Int = 0,
    _ body: @Sendable (_ item: Int32, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    parallel.bands(count) { item in
      if isCancelled() { return }
      let memory = scratch.take(floats: scratchFloats)
      body(Int32(item), memory.base)
      scratch.give(back: memory)
    }
  }
}

/// Scratch memory that running work items hold: at most one piece for each thread, kept from call to call.
package final class ScratchPool: Sendable {
  private let idle = Mutex<[AlignedFloats]>([])

  /// An empty pool.
  package init() {}

  /// A piece of at least `floats` floats.
  func take(floats: Int) -> AlignedFloats {
    let piece = idle.withLock { pieces -> AlignedFloats? in
      pieces.popLast()
    }
    if let piece, piece.count >= floats { return piece }
    return AlignedFloats(uninitialized: floats)
  }

  /// Keeps a piece for the next item.
  func give(back piece: AlignedFloats) {
    idle.withLock { $0.append(piece) }
  }
}

/// A value that holds pointers into memory which its owner keeps alive and whose parts threads do not share.
struct Unshared<Value>: @unchecked Sendable {
  let value: Value
}
