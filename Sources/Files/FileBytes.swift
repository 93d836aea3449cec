import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file, read through checked loads.
///
/// A regular file is mapped, so that opening costs nothing and a page is read when something on it is; anything else (a pipe,
/// an entry of an archive, a test's array) is held in memory. A mapped file must not be shortened while it is open; replacing
/// it by renaming, as ``AtomicFile`` does, is safe.
package final class FileBytes: @unchecked Sendable {
  /// Number of bytes.
  @usableFromInline package let count: Int
  @usableFromInline let base: UnsafeRawPointer
  private let owner: Owner

  /// Who frees the bytes.
  private enum Owner { case map, heap, nobody }

  /// A copy of `bytes`.
  package init(_ bytes: some Collection<UInt8>) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = memory.initialize(from: bytes)
    count = bytes.count
    base = UnsafeRawPointer(memory.baseAddress!)
    owner = .heap
  }

  /// Bytes that live as long as the process, such as those that are compiled in; without a copy.
  package init(permanent bytes: UnsafeRawBufferPointer) {
    count = bytes.count
    // Without bytes there may be no address; nothing is read from this one.
    base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!
    owner = .nobody
  }

  /// `count` bytes that `fill` writes; `nil` where `fill` says that it could not.
  package init?(count: Int, filledBy fill: (UnsafeMutableRawPointer) -> Bool) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
    self.count = count
    base = UnsafeRawPointer(memory)
    owner = .heap
    if !fill(memory) { return nil }
  }

  /// The content of the file at `path`; of a pipe or device what it gives until it ends.
  ///
  /// - Throws: ``FileError/unreadable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if it has
  ///   more than `limit` bytes, or is a pipe of more than 1 GiB or a device of more than 16 MiB.
  package convenience init(
    path: String, operation: String, limit: Int = FileContent.greatestByteCount
  ) throws(FileError) {
    let file = try InputDescriptor(path, operation: operation)
    if (1...limit).contains(file.size), let map = mmap(nil, file.size, PROT_READ, MAP_PRIVATE, file.number, 0),
      map != MAP_FAILED
    {
      self.init(mapped: UnsafeRawPointer(map), count: file.size)
    } else {
      // Some file systems map nothing: what cannot be mapped is read.
      self.init(try file.bytes(limit: limit))
    }
  }

  private init(mapped base: UnsafeRawPointer, count: Int) {
    self.base = base
    self.count = count
    owner = .map
  }

  deinit {
    switch owner {
    case .map: munmap(UnsafeMutableRawPointer(mutating: base), count)
    case .heap: base.deallocate()
    case .nobody: break
    }
  }

  /// The byte at `offset`.
  @inlinable package subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "FileBytes: byte \(offset) of \(count)")
    return base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian integer at `offset`.
  @inlinable package func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: T.Type = T.self) -> T {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<T>.size, "FileBytes: \(T.self) at byte \(offset) of \(count)")
    return T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The bytes of `range`, copied.
  package func array(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "FileBytes: bytes \(range) of \(count)")
    return [UInt8](UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: count)[range]))
  }

  /// The little-endian binary32 numbers that begin at `offset`, copied.
  package func floats(at offset: Int, count total: Int) -> [Float] {
    precondition(
      offset >= 0 && total >= 0 && total <= (count - offset) / 4,
      "FileBytes: \(total) floats at byte \(offset) of \(count)")
    MemoryReserve.require(bytes: total * 4)
    return [Float](unsafeUninitializedCapacity: total) { buffer, initialized in
      if total > 0 {
        UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(from: base + offset, byteCount: total * 4)
      }
      #if _endian(big)
        for i in 0..<total { buffer[i] = Float(bitPattern: UInt32(littleEndian: buffer[i].bitPattern)) }
      #endif
      initialized = total
    }
  }

  /// Whether the bytes begin with these.
  package func starts(with bytes: some Collection<UInt8>) -> Bool {
    count >= bytes.count && array(0..<bytes.count).elementsEqual(bytes)
  }

  /// Lends all bytes to `body`; for libraries that take memory.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }
}
