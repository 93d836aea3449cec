import Synchronization

/// Scratch memory that running work items hold: about one piece for each thread, kept from call to call.
public final class ScratchPool: Sendable {
  private let idle = Mutex<[AlignedFloats]>([])

  /// An empty pool.
  public init() {}

  /// A piece of at least `floats` floats, with any contents.
  ///
  /// An idle piece that is too small gives way to a new one, so that the pool does not grow beyond what is held at a time.
  func take(floats: Int) -> AlignedFloats {
    let piece = idle.withLock { pieces -> AlignedFloats? in
      if let fitting = pieces.lastIndex(where: { $0.count >= floats }) { return pieces.remove(at: fitting) }
      _ = pieces.popLast()
      return nil
    }
    return piece ?? AlignedFloats(uninitialized: floats)
  }

  /// A piece of at least `bytes` bytes, aligned to 64, with any contents.
  func take(bytes: Int) -> AlignedFloats {
    take(floats: (bytes + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride)
  }

  /// Keeps a piece for the next item.
  func give(back piece: AlignedFloats) {
    idle.withLock { $0.append(piece) }
  }
}
