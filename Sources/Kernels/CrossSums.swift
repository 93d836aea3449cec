internal import CKernels
public import Tensors

/// Cross-based aggregation of the sums of path costs, in place: every sum becomes the rounded mean over its support region.
///
///     A(y, x, k) = mean of S(y', x', k) over y' ∈ vertical arm of (y, x), x' ∈ horizontal arm of (y', x)
///
/// What ``CrossMeans`` is for costs in bytes, for either image's volume; see `cross_sums.c`.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.3.
public struct CrossSums: Sendable {
  /// The longest arm: sums of a region fit into 31 bits.
  public static let longestArm = Int(SD_LONGEST_SUM_ARM)
  /// Planes that are worked on together, one worker's: a cache line of sums.
  static let slab = 32
  /// Bytes of a ring's cell: a sum of 32 bits and a number.
  private static let ringCell = 5

  /// Threads to spread the work over.
  public var parallel: Parallel
  /// Vector instructions to use.
  public var instructionSet: InstructionSet

  /// - Parameters:
  ///   - parallel: threads to spread the work over.
  ///   - instructionSet: vector instructions to use.
  public init(parallel: Parallel = Parallel(), instructionSet: InstructionSet = .best) {
    self.parallel = parallel
    self.instructionSet = instructionSet
  }

  /// Bytes that ``apply(to:lower:isRight:own:other:)`` allocates.
  public static func scratchBytes(width: Int, height: Int, planes: Int, armLimit: Int, threads: Int) -> Int {
    let depth = ByteCosts.depth(planes: planes)
    return 4 * height * (width + depth) + threads * (2 * armLimit + 1) * width * ringCell * min(slab, depth)
  }

  /// Replaces sums by their means.
  ///
  /// - Parameters:
  ///   - sums: `[H, W, depth]`, see ``BytePaths``.
  ///   - lower: disparity of plane 0.
  ///   - isRight: whether the volume lies on the right image's pixels.
  ///   - own: arms of the pixels of the image that the volume lies on.
  ///   - other: arms of the other image's pixels.
  /// - Precondition: both have the volume's size, no arm is longer than ``longestArm``.
  public func apply(
    to sums: inout Volume<UInt16>, lower: Int, isRight: Bool, own: borrowing ArmLengths, other: borrowing ArmLengths
  ) {
    let (width, height, depth) = (sums.width, sums.height, sums.depth)
    precondition(
      own.left.width == width && own.left.height == height && other.left.width == width && other.left.height == height,
      "CrossSums: sums \(height)×\(width)×\(depth), arms \(own.left.height)×\(own.left.width) and "
        + "\(other.left.height)×\(other.left.width)")
    guard width > 0, height > 0, depth > 0 else { return }
    let longest = max(own.left.longest, own.right.longest, own.up.longest, own.down.longest)
    precondition(longest <= Self.longestArm, "CrossSums: an arm of \(longest) pixels")
    let sweep = CrossSumSweep(
      cells: SharedPointer(sums.storage), width: width, height: height, depth: depth, isRight: isRight,
      reach: max(own.up.longest, own.down.longest), stride: own.left.rowStride,
      arms: (
        SharedPointer(own.left.storage), SharedPointer(own.right.storage), SharedPointer(own.up.storage),
        SharedPointer(own.down.storage)
      ), partners: PartnerArms(other, lower: lower, depth: depth, isRight: isRight), isa: instructionSet.code)
    let pool = BytePool()
    parallel.ranges(of: depth, size: Self.slab) { planes in
      let memory = pool.take(bytes: (2 * sweep.reach + 1) * width * planes.count * Self.ringCell)
      sweep.run(planes, ring: memory.base)
      pool.give(back: memory)
    }
  }
}

/// One run of ``CrossSums``.
private struct CrossSumSweep: @unchecked Sendable {
  let cells: SharedPointer<UInt16>
  let width, height, depth: Int
  let isRight: Bool
  /// The longest vertical arm.
  let reach: Int
  /// Of the arms' rows.
  let stride: Int
  /// Left, right, up, down.
  let arms: (SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>, SharedPointer<UInt8>)
  let partners: PartnerArms
  let isa: sd_isa

  /// From top to bottom: rows' sums as far as the arms of a row reach, then its means.
  func run(_ planes: Range<Int>, ring memory: UnsafeMutablePointer<UInt8>) {
    let (rows, place, right) = (2 * reach + 1, width * planes.count, Int32(isRight ? 1 : 0))
    let sums = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt32.self)
    let numbers = memory + rows * place * 4
    var ring = sd_sum_ring(sums: sums, numbers: numbers, rows: Int32(rows), row: place)
    var next = 0
    for y in 0..<height {
      while next <= min(y + reach, height - 1) {
        var call = row(next, (arms.0, arms.1), side: 0, planes)
        sd_sum_row_sums(
          isa, &call, right, cells.pointer + next * width * depth + planes.lowerBound, sums + next % rows * place,
          numbers + next % rows * place)
        next += 1
      }
      var call = row(y, (arms.2, arms.3), side: 2, planes)
      sd_sum_row_means(isa, &call, right, &ring, Int32(y), cells.pointer + y * width * depth + planes.lowerBound)
    }
  }

  /// The arms of row `y` and of its partners: horizontal (side 0) or vertical ones (2).
  private func row(
    _ y: Int, _ own: (SharedPointer<UInt8>, SharedPointer<UInt8>), side: Int, _ planes: Range<Int>
  ) -> sd_cross_row {
    sd_cross_row(
      before: own.0.pointer + y * stride, after: own.1.pointer + y * stride,
      other_before: partners.row(y, side: side) + planes.lowerBound,
      other_after: partners.row(y, side: side + 1) + planes.lowerBound, width: Int32(width), depth: Int32(depth),
      planes: Int32(planes.count))
  }
}
