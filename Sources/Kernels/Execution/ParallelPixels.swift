public import Tensors

extension Parallel {
  /// Calls `body` once for every pixel x of row `y` of `volume`, which may write the pixel's `depth` values and row x of
  /// `plane` (one row for every column of the volume); `band` pixels make one piece of work.
  ///
  /// - Precondition: `plane` has as many rows as `volume` has columns.
  public func pixels<Element, State>(
    ofRow y: Int, of volume: inout Volume<Element>, with plane: inout Plane<State>, band: Int = 64,
    _ body: @Sendable (_ x: Int, _ values: inout MutableSpan<Element>, _ state: inout MutableSpan<State>) -> Void
  ) {
    precondition(y >= 0 && y < volume.height, "Parallel: row \(y) is outside 0 ..< \(volume.height)")
    precondition(
      plane.height == volume.width, "Parallel: \(plane.height) rows of state for \(volume.width) columns")
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
