/// The plain form of a module's tensor: ``CensusDistance`` and ``PathEvidence``, one block and one disparity at a time.
package struct ReferenceModuleTensor {
  private let grid: ModuleGrid

  /// The tensor of images on `grid`.
  package init(_ grid: ModuleGrid) { self.grid = grid }

  /// The mean over the pixels of a block.
  package func mean(_ row: Int, _ column: Int, _ value: (_ x: Int, _ y: Int) -> Double) -> Double {
    let side = ModuleGrid.block
    var (sum, count) = (0.0, 0.0)
    for y in row * side..<min(grid.height, (row + 1) * side) {
      for x in column * side..<min(grid.width, (column + 1) * side) {
        sum += value(x, y)
        count += 1
      }
    }
    return sum / count
  }

  /// Census distance of a block at disparity d.
  package func distance(left: [UInt32], right: [UInt32], row: Int, column: Int, d: Int, scale: Double) -> Double {
    mean(row, column) { x, y in
      Double((left[y * grid.width + x] ^ right[y * grid.width + max(x - d, 0)]).nonzeroBitCount)
    } * scale
  }

  /// L and R of pixel (x, y) at disparity d.
  package func evidence(sums: [UInt8], x: Int, y: Int, d: Int) -> (left: Int, right: Int) {
    let (width, count) = (grid.width, grid.disparities)
    func sum(_ x: Int, _ d: Int) -> Int { Int(sums[(y * width + x) * count + d]) }
    let left = min(sum(x, d) - (0..<count).map { sum(x, $0) }.min()!, 127)
    guard x >= d else { return (left, left) }
    let others = (0..<count).filter { x - d + $0 < width }.map { sum(x - d + $0, $0) }
    return (left, min(sum(x, d) - others.min()!, 127))
  }

  /// Closeness of a block's winners to disparity d.
  package func closeness(winners: [Float], row: Int, column: Int, d: Int) -> Double {
    mean(row, column) { x, y in -min(abs(Double(d) - Double(winners[y * grid.width + x])), 8) / 2 }
  }
}
