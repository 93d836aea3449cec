public import Tensors

/// Work over the threads of a context. What has not begun when the run is cancelled is left undone.
extension ComputeContext {
  /// Calls `body` once for each of `count` bands, in any order, several at a time.
  public func bands(_ count: Int, _ body: @Sendable (_ band: Int) -> Void) {
    parallel.bands(count) { band in
      if isCancelled { return }
      body(band)
    }
  }

  /// Calls `body` for the ranges `0 ..< size`, `size ..< 2 · size`, … of `0 ..< count`.
  public func ranges(of count: Int, size: Int, _ body: @Sendable (Range<Int>) -> Void) {
    parallel.ranges(of: count, size: size) { range in
      if isCancelled { return }
      body(range)
    }
  }

  /// Runs `body` for the items 0 ..< count over the threads, each with scratch memory of `scratchFloats`.
  package func items(
    _ count: Int, scratchFloats: Int = 0,
    _ body: @Sendable (_ item: Int32, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    parallel.bands(count) { item in
      if isCancelled { return }
      let memory = scratch.take(floats: scratchFloats)
      body(Int32(item), memory.base)
      scratch.give(back: memory)
    }
  }

  /// Calls `body` once for every row of `plane`, which it may write; `band` rows make one piece of work.
  public func rows<Element>(
    of plane: inout Plane<Element>, band: Int = 16,
    _ body: @Sendable (_ y: Int, _ row: inout MutableSpan<Element>) -> Void
  ) {
    let base = SharedPointer(plane.mutableStorage)
    let (width, stride) = (plane.width, plane.rowStride)
    parallel.ranges(of: plane.height, size: band) { rows in
      for y in rows {
        if isCancelled { return }
        var row = MutableSpan(_unsafeStart: base.pointer + y * stride, count: width)
        body(y, &row)
      }
    }
  }

  /// Calls `body` once for every row of `volume` (`width · depth` values), which it may write.
  public func rows<Element>(
    of volume: inout Volume<Element>, band: Int = 4,
    _ body: @Sendable (_ y: Int, _ row: inout MutableSpan<Element>) -> Void
  ) {
    let base = SharedPointer(volume.storage)
    let count = volume.width * volume.depth
    parallel.ranges(of: volume.height, size: band) { rows in
      for y in rows {
        if isCancelled { return }
        var row = MutableSpan(_unsafeStart: base.pointer + y * count, count: count)
        body(y, &row)
      }
    }
  }

  /// Calls `body` once for every pixel x of row `y` of `volume`, which may write the pixel's `depth` values and row x of
  /// `plane` (one row for every column of the volume); `band` pixels make one piece of work.
  ///
  /// - Precondition: `plane` has as many rows as `volume` has columns.
  public func pixels<Element, State>(
    ofRow y: Int, of volume: inout Volume<Element>, with plane: inout Plane<State>, band: Int = 64,
    _ body: @Sendable (_ x: Int, _ values: inout MutableSpan<Element>, _ state: inout MutableSpan<State>) -> Void
  ) {
    precondition(y >= 0 && y < volume.height, "ComputeContext: row \(y) is outside 0 ..< \(volume.height)")
    precondition(
      plane.height == volume.width, "ComputeContext: \(plane.height) rows of state for \(volume.width) columns")
    let (depth, stateStride, stateWidth) = (volume.depth, plane.rowStride, plane.width)
    let values = SharedPointer(volume.storage + y * volume.width * depth)
    let states = SharedPointer(plane.mutableStorage)
    ranges(of: volume.width, size: band) { columns in
      for x in columns {
        var span = MutableSpan(_unsafeStart: values.pointer + x * depth, count: depth)
        var state = MutableSpan(_unsafeStart: states.pointer + x * stateStride, count: stateWidth)
        body(x, &span, &state)
      }
    }
  }
}
