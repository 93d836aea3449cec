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
package func alignedStorage<Element: BitwiseCopyable>(of: Element.Type, count: Int) -> UnsafeMutablePointer<Element> {
  let bytes = elementCount([max(count, 1), MemoryLayout<Element>.stride])
  return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64).bindMemory(
    to: Element.self, capacity: max(count, 1))
}
