internal import CKernels
internal import Tensors

/// The kernels of cross-based aggregation for a kind of cell, see `cross_means.c` and `cross_sums.c`.
struct CrossKernels<Cell: BitwiseCopyable>: Sendable {
  /// Bytes of a row's sum.
  let sumBytes: Int
  /// The longest arm whose sums fit, pixels.
  let longestArm: Int
  /// Sums and numbers of a row's cells over its horizontal arms.
  let sums:
    @Sendable (
      sd_isa, UnsafePointer<sd_cross_row>, UnsafePointer<Cell>, UnsafeMutableRawPointer, UnsafeMutablePointer<UInt8>
    ) -> Void
  /// Replaces a row's cells by means over its vertical arms.
  let means:
    @Sendable (
      sd_isa, UnsafePointer<sd_cross_row>, UnsafePointer<sd_cross_ring>, _ y: Int32, UnsafeMutablePointer<Cell>
    ) -> Void

  /// Bytes of a cell in the ring of rows' sums: its sum and how many cells that is of.
  var ringCell: Int { sumBytes + 1 }
}

extension CrossKernels<UInt8> {
  /// For costs in bytes.
  static let costs = CrossKernels(sumBytes: 2, longestArm: CrossBasedMeans.longestArm) {
    isa, row, cells, sums, numbers in
    sd_cross_sums(isa, row, cells, sums.assumingMemoryBound(to: UInt16.self), numbers)
  } means: { isa, row, ring, y, cells in
    sd_cross_means(isa, row, ring, y, cells)
  }
}

extension CrossKernels<UInt16> {
  /// For sums of path costs.
  static let pathSums = CrossKernels(sumBytes: 4, longestArm: CrossBasedMeans.longestArmOfSums) {
    isa, row, cells, sums, numbers in
    sd_path_cross_sums(isa, row, cells, sums.assumingMemoryBound(to: UInt32.self), numbers)
  } means: { isa, row, ring, y, cells in
    sd_path_cross_means(isa, row, ring, y, cells)
  }
}

/// One run of ``CrossBasedMeans`` over a volume.
struct CrossSweep<Cell: BitwiseCopyable>: @unchecked Sendable {
  let kernels: CrossKernels<Cell>
  let cells: SharedPointer<Cell>
  let width, height, depth: Int
  /// Whether the volume lies on the right image's pixels.
  let isRight: Bool
  /// The longest vertical arm.
  let reach: Int
  /// Of the arms' rows.
  let stride: Int
  /// Left, right, up, down.
  let arms: (SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>)
  let partners: PartnerArms
  let isa: sd_isa

  /// Bytes of the ring for so many planes.
  func ringBytes(planes: Int) -> Int { (2 * reach + 1) * width * planes * kernels.ringCell }

  /// From top to bottom: rows' sums as far as the arms of a row reach, then its means; up to the row at which the run is cancelled.
  func run(_ planes: Range<Int>, ring memory: UnsafeMutablePointer<UInt8>, isCancelled: () -> Bool) {
    let (rows, place) = (2 * reach + 1, width * planes.count)
    let numbers = memory + rows * place * kernels.sumBytes
    var ring = sd_cross_ring(sums: memory, numbers: numbers, rows: Int32(rows), row: place)
    var next = 0
    for y in 0..<height {
      if isCancelled() { return }
      while next <= min(y + reach, height - 1) {
        var call = row(next, (arms.0, arms.1), side: 0, planes)
        let at = next % rows * place
        kernels.sums(isa, &call, first(of: planes, next), memory + at * kernels.sumBytes, numbers + at)
        next += 1
      }
      var call = row(y, (arms.2, arms.3), side: 2, planes)
      kernels.means(isa, &call, &ring, Int32(y), first(of: planes, y))
    }
  }

  private func first(of planes: Range<Int>, _ y: Int) -> UnsafeMutablePointer<Cell> {
    cells.pointer + y * width * depth + planes.lowerBound
  }

  /// The arms of row `y` and of its partners: horizontal (side 0) or vertical ones (2).
  private func row(
    _ y: Int, _ own: (SharedPointer<UInt8>, SharedPointer<UInt8>), side: Int, _ planes: Range<Int>
  ) -> sd_cross_row {
    sd_cross_row(
      before: own.0.pointer + y * stride, after: own.1.pointer + y * stride,
      other_before: partners.row(y, side: side) + planes.lowerBound,
      other_after: partners.row(y, side: side + 1) + planes.lowerBound, width: Int32(width), depth: Int32(depth),
      planes: Int32(planes.count), first_partner: isRight ? 0 : Int32(width - 1), partner_step: isRight ? 1 : -1)
  }
}
