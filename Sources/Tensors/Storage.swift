import Glibc

/// Number of elements of an array with these extents.
///
/// - Precondition: no extent is negative and the product is addressable. User input is checked before it comes here.
package func elementCount(_ extents: [Int]) -> Int {
  var count = 1
  for extent in extents {
    precondition(extent >= 0, "negative extent in \(extents)")
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    precondition(!overflow, "extents \(extents) have more elements than memory")
    count = product
  }
  return count
}

/// Uninitialised memory for `count` elements, aligned to a cache line so that vectors of 64 bytes do not straddle two.
///
/// Large blocks are mapped by themselves and go back to the system when they are freed. From a heap they would leave holes, which
/// other sizes do not fit into: the memory of a process that matches frame after frame would grow, though nothing leaks. With
/// ``GuardPages`` every block is mapped by itself, and is aligned to its elements only.
package func alignedStorage<Element: BitwiseCopyable>(of: Element.Type, count: Int) -> UnsafeMutablePointer<Element> {
  let bytes = storageBytes(of: Element.self, count: count)
  let base: UnsafeMutableRawPointer
  if let side = GuardPages.side {
    base = GuardPages.block(of: bytes, alignment: MemoryLayout<Element>.alignment, guarded: side)
  } else if bytes < leastMappedBytes {
    base = .allocate(byteCount: bytes, alignment: 64)
  } else {
    base = mappedMemory(bytes)
  }
  return base.bindMemory(to: Element.self, capacity: max(count, 1))
}

/// Frees what ``alignedStorage(of:count:)`` gave for as many elements.
package func freeStorage<Element: BitwiseCopyable>(_ base: UnsafeMutablePointer<Element>, count: Int) {
  freeStorage(UnsafeMutableRawPointer(base), bytes: storageBytes(of: Element.self, count: count))
}

/// The same for a number of bytes.
func freeStorage(_ base: UnsafeMutableRawPointer, bytes: Int) {
  if GuardPages.side != nil {
    GuardPages.free(base, bytes: bytes)
  } else if bytes < leastMappedBytes {
    base.deallocate()
  } else {
    munmap(base, bytes)
  }
}

/// From this size on a block is mapped by itself.
private let leastMappedBytes = 1 << 22

private func storageBytes<Element>(of: Element.Type, count: Int) -> Int {
  elementCount([max(count, 1), MemoryLayout<Element>.stride])
}

/// Pages of zeros for `bytes` bytes.
func mappedMemory(_ bytes: Int) -> UnsafeMutableRawPointer {
  MemoryReserve.require(bytes: bytes)
  let base = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let base, base != MAP_FAILED else { MemoryReserve.refuse(bytes: bytes) }
  return base
}
