import Synchronization
internal import Tensors

/// Scratch memory of running bands: at most one piece for each thread, kept from frame to frame.
final class BytePool: Sendable {
  private let idle = Mutex<[BytePiece]>([])

  /// A piece of at least `bytes` bytes, with any contents.
  func take(bytes: Int) -> BytePiece {
    let piece = idle.withLock { $0.popLast() }
    if let piece, piece.count >= bytes { return piece }
    return BytePiece(count: bytes)
  }

  /// Keeps a piece for the next band.
  func give(back piece: BytePiece) {
    idle.withLock { $0.append(piece) }
  }
}

/// Memory that one band uses at a time.
final class BytePiece: @unchecked Sendable {
  /// The first byte, aligned to 64.
  let base: UnsafeMutablePointer<UInt8>
  /// Bytes.
  let count: Int

  init(count: Int) {
    self.count = count
    base = alignedStorage(of: UInt8.self, count: count)
  }

  deinit { freeStorage(base, count: count) }
}
