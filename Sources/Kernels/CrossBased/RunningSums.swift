public import Tensors

extension ComputeContext {
  /// Replaces every value by the sum of itself and all values above it: S(y, x, k) = Σ_{y' ≤ y} V(y', x, k).
  ///
  /// Columns are summed one after the other from the top, whatever the number of threads.
  public func runningSumsDown(_ volume: inout Volume<Double>) {
    let base = SharedPointer(volume.storage)
    let (stride, height) = (volume.width * volume.depth, volume.height)
    ranges(of: stride, size: 1024) { columns in
      for y in 1..<max(height, 1) {
        let (above, row) = (base.pointer + (y - 1) * stride, base.pointer + y * stride)
        for i in columns { row[i] += above[i] }
      }
    }
  }
}
