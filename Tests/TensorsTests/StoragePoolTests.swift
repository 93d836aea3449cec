import Tensors
import Testing

@Suite struct StoragePoolTests {
  @Test func memoryComesBack() {
    let pool = StoragePool()
    var base: UnsafeRawPointer?
    pool.lend {
      let plane = Plane<Float>(width: 8, height: 4, repeating: 1)
      base = UnsafeRawPointer(plane.storage)
    }
    // The same number of bytes as another type.
    pool.lend {
      let volume = Volume<UInt8>(width: 8, height: 4, depth: 4, repeating: 2)
      #expect(UnsafeRawPointer(volume.storage) == base)
    }
    #expect(pool.allocations == 1)
  }

  /// A plane that outlives its frame keeps its memory until it goes, even if the pool has gone before.
  @Test func planesOutliveFramesAndPools() {
    var pool: StoragePool? = StoragePool()
    var kept = Plane<UInt8>(width: 0, height: 0, repeating: 0)
    for value in 1...3 {
      pool?.lend {
        let next = Plane<UInt8>(width: 5, height: 5, repeating: UInt8(value))
        kept = consume next
      }
      #expect(kept.samples == [UInt8](repeating: UInt8(value), count: 25))
    }
    // Two take turns: one is held, one is filled.
    #expect(pool?.allocations == 2)
    pool = nil
    #expect(kept[4, 4] == 3)
  }

  /// Blocks of 4 MiB and more are mapped, smaller ones come from the heap: each is freed as it was allocated, in a pool and without.
  @Test func blocksOnBothSidesOfTheLeastMapped() {
    let pool = StoragePool()
    for bytes in [(1 << 22) - 1, 1 << 22, (1 << 22) + 1] {
      func ends(_ value: UInt8) -> [UInt8] {
        let volume = Volume<UInt8>(width: bytes, height: 1, depth: 1, repeating: value)
        #expect(UInt(bitPattern: volume.storage) % 64 == 0)
        return [volume[0, 0, 0], volume[0, bytes - 1, 0]]
      }
      for value in 1...3 as ClosedRange<UInt8> {
        #expect(ends(value) == [value, value])
        pool.lend { #expect(ends(value) == [value, value]) }
      }
    }
    #expect(pool.allocations == 3)
  }

  @Test func whatAFrameDoesNotUseIsFreed() {
    let pool = StoragePool()
    for width in [7, 7, 9, 7] { pool.lend { _ = Plane<Float>(width: width, height: 3, repeating: 0) } }
    #expect(pool.allocations == 3)
    _ = Plane<Float>(width: 7, height: 3, repeating: 0)
    #expect(pool.allocations == 3)
  }
}
