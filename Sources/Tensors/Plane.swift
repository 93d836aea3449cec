/// Samples on the pixel grid: `[H, W]`, row after row.
///
/// The owner of an image-sized piece of memory. It cannot be copied silently; `copy()` says so where a copy is meant.
/// Rows lie `rowStride` elements apart: `rowStride == width` for memory of its own, more for borrowed memory of a caller
/// (a camera's frame, a crop of a larger image).
public struct Plane<Element: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
  /// Columns, pixels.
  public let width: Int
  /// Rows, pixels.
  public let height: Int
  /// Distance between the first samples of two rows, elements; at least `width`.
  public let rowStride: Int

  /// The first sample of the first row; only for kernels.
  package let storage: UnsafeMutablePointer<Element>
  let ownsStorage: Bool
  private let pool: StoragePool?

  /// A plane of its own memory, aligned to 64 bytes, every sample `value`.
  ///
  /// - Precondition: width and height are not negative and their product is addressable.
  public init(width: Int, height: Int, repeating value: Element) {
    self.init(uninitializedWidth: width, height: height)
    storage.initialize(repeating: value, count: width * height)
  }

  /// A plane of its own memory whose samples hold nothing meaningful yet.
  package init(uninitializedWidth width: Int, height: Int) {
    self.width = width
    self.height = height
    rowStride = width
    (storage, pool) = StoragePool.take(Element.self, count: elementCount([height, width]))
    ownsStorage = true
  }

  /// A plane that holds `samples`, `width · height` of them, row after row.
  public init(width: Int, height: Int, samples: [Element]) {
    precondition(
      samples.count == elementCount([height, width]),
      "Plane: \(height)×\(width) needs \(width * height) samples, got \(samples.count)")
    self.init(uninitializedWidth: width, height: height)
    samples.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { storage.initialize(from: base, count: source.count) }
    }
  }

  /// A view of the caller's memory, without a copy.
  ///
  /// - Parameters:
  ///   - base: the first sample of the first row.
  ///   - rowStride: distance between rows, elements; at least `width`.
  /// - Warning: the memory must stay alive and unchanged for as long as this plane lives.
  public init(unsafelyBorrowing base: UnsafePointer<Element>, width: Int, height: Int, rowStride: Int) {
    precondition(
      width >= 0 && height >= 0 && rowStride >= width, "Plane: rows of \(width) samples cannot lie \(rowStride) apart")
    self.width = width
    self.height = height
    self.rowStride = rowStride
    storage = UnsafeMutablePointer(mutating: base)
    ownsStorage = false
    pool = nil
  }

  deinit {
    guard ownsStorage else { return }
    if let pool { pool.give(back: storage, count: count) } else { freeStorage(storage, count: count) }
  }

  /// The sample at row `y`, column `x`.
  public subscript(y: Int, x: Int) -> Element {
    get {
      precondition(y >= 0 && y < height && x >= 0 && x < width, "Plane: (\(y), \(x)) is outside \(height)×\(width)")
      return storage[y * rowStride + x]
    }
    set {
      precondition(y >= 0 && y < height && x >= 0 && x < width, "Plane: (\(y), \(x)) is outside \(height)×\(width)")
      precondition(ownsStorage, "Plane: borrowed memory is not written")
      storage[y * rowStride + x] = newValue
    }
  }

  /// Number of samples, `width · height`.
  public var count: Int { width * height }

  /// Row `y`: `width` samples.
  @_lifetime(borrow self)
  public func row(_ y: Int) -> Span<Element> {
    precondition(y >= 0 && y < height, "Plane: row \(y) is outside 0 ..< \(height)")
    let span = Span(_unsafeStart: UnsafePointer(storage + y * rowStride), count: width)
    return _overrideLifetime(span, borrowing: self)
  }

  /// Row `y`, to be written: `width` samples.
  @_lifetime(&self)
  public mutating func mutableRow(_ y: Int) -> MutableSpan<Element> {
    precondition(y >= 0 && y < height, "Plane: row \(y) is outside 0 ..< \(height)")
    precondition(ownsStorage, "Plane: borrowed memory is not written")
    let span = MutableSpan(_unsafeStart: storage + y * rowStride, count: width)
    return _overrideLifetime(span, mutating: &self)
  }

  /// The first sample, to be written by a kernel.
  ///
  /// - Precondition: the plane owns its memory.
  package var mutableStorage: UnsafeMutablePointer<Element> {
    mutating get {
      precondition(ownsStorage, "Plane: borrowed memory is not written")
      return storage
    }
  }

  /// A plane of its own with the same samples, contiguous.
  public func copy() -> Plane<Element> {
    let result = Plane(uninitializedWidth: width, height: height)
    for y in 0..<height {
      (result.storage + y * width).initialize(from: storage + y * rowStride, count: width)
    }
    return result
  }

  /// Sets every sample to `value`.
  public mutating func fill(_ value: Element) {
    precondition(ownsStorage, "Plane: borrowed memory is not written")
    storage.update(repeating: value, count: count)
  }

  /// All samples as an array, row after row (a copy; for tests, files and small maps).
  public var samples: [Element] {
    [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      for y in 0..<height where width > 0 {
        (buffer.baseAddress! + y * width).initialize(from: storage + y * rowStride, count: width)
      }
      initialized = count
    }
  }

  /// Makes this plane `width × height`, keeping its memory if the size is the same already.
  ///
  /// The samples hold nothing meaningful afterwards if the size changed. Memory of its own is what results, also where
  /// the plane borrowed its samples before.
  package mutating func resize(width: Int, height: Int) {
    if ownsStorage && width == self.width && height == self.height { return }
    self = Plane(uninitializedWidth: width, height: height)
  }
}
