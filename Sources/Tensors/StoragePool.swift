import Synchronization

/// Memory of planes and volumes that is kept from frame to frame.
///
/// Planes and volumes that are made inside ``lend(_:)``, on the thread that calls it, take their memory here and bring it
/// back when they go, wherever and whenever that is. From the second frame of a size on nothing is allocated then. Blocks
/// that a whole frame had no use for are freed at its end, so that another size does not leave the memory of the last one.
package final class StoragePool: Sendable {
  private struct Block: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let bytes: Int
    /// The frame in which it was last in use.
    var frame = 0
  }

  private struct State {
    var idle: [Block] = []
    var frame = 0
    var allocations = 0
  }

  @TaskLocal private static var current: StoragePool?

  private let state = Mutex(State())

  /// A pool without any memory yet.
  package init() {}

  deinit { state.withLock { for block in $0.idle { freeStorage(block.base, bytes: block.bytes) } } }

  /// Blocks allocated so far, for tests.
  package var allocations: Int { state.withLock { $0.allocations } }

  /// Runs `frame`; the planes and volumes that it makes take their memory from this pool.
  ///
  /// - Throws: what `frame` throws.
  package func lend<Failure>(_ frame: () throws(Failure) -> Void) throws(Failure) {
    state.withLock { $0.frame += 1 }
    var failure: Failure?
    Self.$current.withValue(self) {
      do throws(Failure) { try frame() } catch { failure = error }
    }
    state.withLock { state in
      for block in state.idle where block.frame < state.frame { freeStorage(block.base, bytes: block.bytes) }
      state.idle.removeAll { $0.frame < state.frame }
    }
    if let failure { throw failure }
  }

  /// Memory for `count` elements that hold nothing meaningful, aligned to 64 bytes, and the pool that it goes back to.
  static func take<Element: BitwiseCopyable>(
    _: Element.Type, count: Int
  ) -> (memory: UnsafeMutablePointer<Element>, pool: StoragePool?) {
    guard let pool = current, count > 0 else { return (alignedStorage(of: Element.self, count: count), nil) }
    let bytes = elementCount([count, MemoryLayout<Element>.stride])
    let kept = pool.state.withLock { state -> Block? in
      if let index = state.idle.lastIndex(where: { $0.bytes == bytes }) { return state.idle.remove(at: index) }
      state.allocations += 1
      return nil
    }
    let memory =
      kept?.base.bindMemory(to: Element.self, capacity: count) ?? alignedStorage(of: Element.self, count: count)
    return (memory, pool)
  }

  /// Keeps what ``take(_:count:)`` gave for the next frame.
  func give<Element>(back memory: UnsafeMutablePointer<Element>, count: Int) {
    let block = Block(base: memory, bytes: count * MemoryLayout<Element>.stride)
    state.withLock { state in
      state.idle.append(block)
      state.idle[state.idle.count - 1].frame = state.frame
    }
  }
}
