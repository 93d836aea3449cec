/// Rows of activations with checked bounds.
extension FeatureView {
  /// Row `y` of plane `plane`, `[W, pixel]`: of every pixel the view's channels, then what fills it up.
  ///
  /// - Precondition: the view has that row.
  @_lifetime(borrow self)
  package func row(_ y: Int, plane: Int = 0) -> Span<Float> {
    let span = Span(_unsafeStart: UnsafePointer(rowBase(y, plane)), count: rowCount)
    return _overrideLifetime(span, borrowing: self)
  }

  /// The same, to be written. Threads write different rows.
  ///
  /// - Precondition: the view has that row.
  @_lifetime(borrow self)
  package func mutableRow(_ y: Int, plane: Int = 0) -> MutableSpan<Float> {
    let span = MutableSpan(_unsafeStart: rowBase(y, plane), count: rowCount)
    return _overrideLifetime(span, borrowing: self)
  }

  /// Sets every value to 0.
  package func clear() {
    for plane in 0..<shape.depth {
      for y in 0..<shape.height { rowBase(y, plane).update(repeating: 0, count: rowCount) }
    }
  }

  private func rowBase(_ y: Int, _ plane: Int) -> UnsafeMutablePointer<Float> {
    precondition(
      y >= 0 && y < shape.height && plane >= 0 && plane < shape.depth,
      "FeatureView: row \(y) of plane \(plane) is outside \(shape)")
    return base + (plane * shape.height + y) * shape.width * pixel
  }

  /// Of a part of wider activations the last pixel ends with its own channels.
  private var rowCount: Int { (shape.width - 1) * pixel + shape.pixel }
}
