/// Values for every pixel and disparity: `[H, W, D]`, the disparities of one pixel side by side.
///
/// The owner of the largest pieces of memory of classical stereo; it cannot be copied silently.
public struct Volume<Element: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
  /// Columns, pixels.
  public let width: Int
  /// Rows, pixels.
  public let height: Int
  /// Values per pixel.
  public let depth: Int

  /// The first value; only for kernels.
  package let storage: UnsafeMutablePointer<Element>
  private let pool: StoragePool?

  /// A volume with every value `value`.
  public init(width: Int, height: Int, depth: Int, repeating value: Element) {
    self.init(uninitializedWidth: width, height: height, depth: depth)
    storage.initialize(repeating: value, count: count)
  }

  /// A volume whose values hold nothing meaningful yet.
  package init(uninitializedWidth width: Int, height: Int, depth: Int) {
    self.width = width
    self.height = height
    self.depth = depth
    (storage, pool) = StoragePool.take(Element.self, count: elementCount([height, width, depth]))
  }

  deinit { if let pool { pool.give(back: storage, count: count) } else { freeStorage(storage, count: count) } }

  /// Number of values, `width · height · depth`.
  public var count: Int { width * height * depth }

  /// The value at row `y`, column `x`, index `k`.
  public subscript(y: Int, x: Int, k: Int) -> Element {
    get { storage[offset(y, x, k)] }
    set { storage[offset(y, x, k)] = newValue }
  }

  /// The `depth` values of pixel (y, x).
  @_lifetime(borrow self)
  public func values(_ y: Int, _ x: Int) -> Span<Element> {
    let span = Span(_unsafeStart: UnsafePointer(storage + offset(y, x, 0)), count: depth)
    return _overrideLifetime(span, borrowing: self)
  }

  /// Row `y`: `width · depth` values.
  @_lifetime(borrow self)
  public func row(_ y: Int) -> Span<Element> {
    precondition(y >= 0 && y < height, "Volume: row \(y) is outside 0 ..< \(height)")
    let span = Span(_unsafeStart: UnsafePointer(storage + y * width * depth), count: width * depth)
    return _overrideLifetime(span, borrowing: self)
  }

  /// Row `y`, to be written: `width · depth` values.
  @_lifetime(&self)
  public mutating func mutableRow(_ y: Int) -> MutableSpan<Element> {
    precondition(y >= 0 && y < height, "Volume: row \(y) is outside 0 ..< \(height)")
    let span = MutableSpan(_unsafeStart: storage + y * width * depth, count: width * depth)
    return _overrideLifetime(span, mutating: &self)
  }

  /// A volume of its own with the same values.
  public func copy() -> Volume<Element> {
    let result = Volume(uninitializedWidth: width, height: height, depth: depth)
    result.storage.initialize(from: storage, count: count)
    return result
  }

  /// All values as an array (a copy; for tests).
  public var samples: [Element] { Array(UnsafeBufferPointer(start: storage, count: count)) }

  private func offset(_ y: Int, _ x: Int, _ k: Int) -> Int {
    precondition(
      y >= 0 && y < height && x >= 0 && x < width && k >= 0 && (k < depth || depth == 0),
      "Volume: (\(y), \(x), \(k)) is outside \(height)×\(width)×\(depth)")
    return (y * width + x) * depth + k
  }
}
