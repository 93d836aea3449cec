import Glibc
import Tensors

/// The bytes of a file of weights, read through checked loads: the only file of this folder that touches raw memory.
///
/// A regular file is mapped, so that opening costs nothing and a page is read when a tensor on it is; anything else (a pipe,
/// an entry of an archive, a test's array) is held in memory. A mapped file must not be shortened while it is open; replacing
/// it by renaming, as ``SafeTensors/write(_:metadata:to:as:)`` does, is safe.
final class FileBytes: @unchecked Sendable {
  /// Number of bytes.
  let count: Int
  private let base: UnsafeRawPointer
  private let owner: Owner

  /// Who frees the bytes.
  private enum Owner { case map, heap, nobody }

  /// A copy of `bytes`.
  init(_ bytes: some Collection<UInt8>) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
    _ = memory.initialize(from: bytes)
    count = bytes.count
    base = UnsafeRawPointer(memory.baseAddress!)
    owner = .heap
  }

  /// Bytes that live as long as the process, such as those that are compiled in; without a copy.
  init(permanent bytes: UnsafeRawBufferPointer) {
    count = bytes.count
    // Without bytes there may be no address; nothing is read from this one.
    base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 64)!
    owner = .nobody
  }

  /// `count` bytes that `fill` writes; `nil` where `fill` says that it could not.
  init?(count: Int, filledBy fill: (UnsafeMutableRawPointer) -> Bool) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 64)
    self.count = count
    base = UnsafeRawPointer(memory)
    owner = .heap
    if !fill(memory) { return nil }
  }

  /// The content of the file at `path`.
  ///
  /// - Throws: ``WeightError/unreadable(path:reason:)``.
  init(path: String) throws(WeightError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
    if status.st_mode & S_IFMT == S_IFDIR { throw .unreadable(path: path, reason: "it is a directory") }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 {
      let size = Int(status.st_size)
      guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), map != MAP_FAILED else {
        throw .unreadable(path: path, reason: lastSystemError())
      }
      (count, base, owner) = (size, UnsafeRawPointer(map), .map)
      return
    }
    let content = try FileBytes.drain(descriptor, path: path)
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(content.count, 1))
    _ = memory.initialize(from: content)
    (count, base, owner) = (content.count, UnsafeRawPointer(memory.baseAddress!), .heap)
  }

  deinit {
    switch owner {
    case .map: munmap(UnsafeMutableRawPointer(mutating: base), count)
    case .heap: base.deallocate()
    case .nobody: break
    }
  }

  /// Everything that a pipe or device gives, up to 4 GiB.
  private static func drain(_ descriptor: Int32, path: String) throws(WeightError) -> [UInt8] {
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let got = read(descriptor, &chunk, chunk.count)
      if got == 0 { return content }
      if got < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: path, reason: lastSystemError())
      }
      content += chunk[..<got]
      if content.count > 1 << 32 { throw .unreadable(path: path, reason: "it does not end within 4 GiB") }
    }
  }

  /// The byte at `offset`.
  subscript(offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < count, "FileBytes: byte \(offset) of \(count)")
    return base.load(fromByteOffset: offset, as: UInt8.self)
  }

  /// The little-endian integer at `offset`.
  func integer<T: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as: T.Type = T.self) -> T {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<T>.size, "FileBytes: \(T.self) at byte \(offset) of \(count)")
    return T(littleEndian: base.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  /// The bytes of `range`, copied.
  func array(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "FileBytes: bytes \(range) of \(count)")
    return [UInt8](UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: count)[range]))
  }

  /// Lends all bytes to `body`; for libraries that take memory.
  func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Elements of a strided tensor in C order (last axis fastest), as `Float` (wider numbers are rounded to the nearest).
  ///
  /// - Parameters:
  ///   - offset: where element 0 lies, bytes.
  ///   - strides: distance between neighbours along each axis of `shape`, elements.
  /// - Precondition: the whole tensor lies inside; the readers have checked that.
  func floats(at offset: Int, shape: [Int], strides: [Int], as type: ElementType) -> [Float] {
    let width = type.byteCount
    let total = shape.reduce(1, *)
    if total == 0 { return [] }
    let last = zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 }
    precondition(
      strides.count == shape.count && strides.allSatisfy { $0 >= 0 } && offset >= 0
        && offset + (last + 1) * width <= count,
      "FileBytes: tensor \(shape) by \(strides) at byte \(offset) of \(count)")
    MemoryReserve.require(bytes: total * 4)
    if type == .float32 && isContiguous(shape: shape, strides: strides) {
      return [Float](unsafeUninitializedCapacity: total) { buffer, initialized in
        UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(from: base + offset, byteCount: total * 4)
        #if _endian(big)
          for i in 0..<total { buffer[i] = Float(bitPattern: UInt32(littleEndian: buffer[i].bitPattern)) }
        #endif
        initialized = total
      }
    }
    let load = loader(of: type)
    let inner = shape.last ?? 1
    let innerStride = (strides.last ?? 0) * width
    var result: [Float] = []
    result.reserveCapacity(total)
    var index = [Int](repeating: 0, count: max(shape.count - 1, 0))
    var start = offset
    while true {
      for i in 0..<inner { result.append(load(start + i * innerStride)) }
      var axis = index.count - 1
      while axis >= 0 {
        index[axis] += 1
        start += strides[axis] * width
        if index[axis] < shape[axis] { break }
        start -= index[axis] * strides[axis] * width
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return result }
    }
  }

  /// Reads one element at a byte offset.
  private func loader(of type: ElementType) -> (Int) -> Float {
    switch type {
    case .float64: { Float(Double(bitPattern: self.integer(at: $0))) }
    case .float32: { Float(bitPattern: self.integer(at: $0)) }
    case .float16: { float(fromHalf: self.integer(at: $0)) }
    case .bfloat16: { Float(bitPattern: UInt32(self.integer(at: $0, as: UInt16.self)) << 16) }
    case .int64: { Float(self.integer(at: $0, as: Int64.self)) }
    case .int32: { Float(self.integer(at: $0, as: Int32.self)) }
    case .int16: { Float(self.integer(at: $0, as: Int16.self)) }
    case .int8: { Float(self.integer(at: $0, as: Int8.self)) }
    case .uint64: { Float(self.integer(at: $0, as: UInt64.self)) }
    case .uint32: { Float(self.integer(at: $0, as: UInt32.self)) }
    case .uint16: { Float(self.integer(at: $0, as: UInt16.self)) }
    case .uint8: { Float(self[$0]) }
    case .boolean: { self[$0] == 0 ? 0 : 1 }
    }
  }
}

/// Distances between neighbours along each axis of a tensor in C order, elements; zeros if it has no elements.
func contiguousStrides(of shape: [Int]) -> [Int] {
  // Without elements the other extents may have any product.
  if shape.contains(0) { return [Int](repeating: 0, count: shape.count) }
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// Whether elements of such a tensor lie one after the other in C order (axes of one element do not matter).
func isContiguous(shape: [Int], strides: [Int]) -> Bool {
  zip(zip(shape, strides), contiguousStrides(of: shape)).allSatisfy { $0.0 == 1 || $0.1 == $1 }
}

/// What the last system call complained of.
func lastSystemError() -> String { String(cString: strerror(errno)) }
