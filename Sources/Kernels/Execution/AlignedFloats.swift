internal import Tensors

/// Floats in memory aligned to 64 bytes, shared by whoever holds the object: weights, biases, scratch.
package final class AlignedFloats: @unchecked Sendable {
  /// The first float.
  package let base: UnsafeMutablePointer<Float>
  /// Number of floats.
  package let count: Int

  /// Memory for `count` floats that hold nothing meaningful yet.
  package init(uninitialized count: Int) {
    base = alignedStorage(of: Float.self, count: count)
    self.count = count
  }

  /// Memory for `count` zeros.
  package convenience init(zeros count: Int) {
    self.init(uninitialized: count)
    base.initialize(repeating: 0, count: count)
  }

  deinit { freeStorage(base, count: count) }

  /// The first byte.
  var bytes: UnsafeMutablePointer<UInt8> { UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self) }

  /// Bytes of memory.
  package var byteCount: Int { count * MemoryLayout<Float>.stride }
}
