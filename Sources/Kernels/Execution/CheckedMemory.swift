package import Tensors

/// Memory of floats as checked pieces: what other targets see of it.
extension AlignedFloats {
  /// Activations of `shape` that begin at float `offset`.
  ///
  /// - Precondition: they fit.
  package func view(of shape: FeatureShape, at offset: Int = 0) -> FeatureView {
    precondition(
      offset >= 0 && offset + shape.floatCount <= count,
      "AlignedFloats: \(shape) from float \(offset) on do not fit \(count) floats")
    return FeatureView(base + offset, shape: shape)
  }

  /// Writes `values` to the beginning.
  ///
  /// - Precondition: they fit.
  package func assign(_ values: [Float]) {
    precondition(values.count <= count, "AlignedFloats: \(values.count) values for \(count) floats")
    for (i, value) in values.enumerated() { base[i] = value }
  }

  /// `count` floats from `offset` on, which may be written. Threads take different ones.
  ///
  /// - Precondition: they lie inside.
  @_lifetime(borrow self)
  package func span(from offset: Int, count: Int) -> MutableSpan<Float> {
    precondition(
      offset >= 0 && count >= 0 && offset + count <= self.count,
      "AlignedFloats: \(count) floats from \(offset) on of \(self.count)")
    let span = MutableSpan(_unsafeStart: base + offset, count: count)
    return _overrideLifetime(span, borrowing: self)
  }
}

extension ComputeContext {
  /// Calls `body` once for every row `y` of `rows` of a volume, which it may write (`width · depth` values), with memory of
  /// `floats` floats of any contents.
  ///
  /// - Precondition: the volume has these rows.
  package func rows<Element>(
    _ rows: Range<Int>, of volume: inout Volume<Element>, floats: Int,
    _ body: @Sendable (_ y: Int, _ row: inout MutableSpan<Element>, _ memory: AlignedFloats) -> Void
  ) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= volume.height, "ComputeContext: rows \(rows) of \(volume.height)")
    let base = SharedPointer(volume.storage)
    let count = volume.width * volume.depth
    bands(rows.count) { i in
      let memory = scratch.take(floats: floats)
      let y = rows.lowerBound + i
      var row = MutableSpan(_unsafeStart: base.pointer + y * count, count: count)
      body(y, &row, memory)
      scratch.give(back: memory)
    }
  }
}
