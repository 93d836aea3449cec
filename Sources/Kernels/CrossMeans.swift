internal import CKernels
public import Tensors

/// How far the support region of every pixel of an image reaches, pixels, on each of the four sides and inside the image.
public struct ArmLengths: ~Copyable, Sendable {
  /// `[H, W]`, at most ``CrossMeans/longestArm``.
  public var left, right, up, down: Plane<UInt8>

  /// Arms of `width · height` pixels, all of length 0.
  public init(width: Int, height: Int) {
    left = Plane(width: width, height: height, repeating: 0)
    right = left.copy()
    up = left.copy()
    down = left.copy()
  }
}

/// Cross-based aggregation of costs in bytes, in place: every cost becomes the rounded mean over its support region.
///
///     A(y, x, k) = mean of C(y', x', k) over y' ∈ vertical arm of (y, x), x' ∈ horizontal arm of (y', x)
///
/// where the arms of a cell are the shorter ones of its left pixel and of that one's partner in the right image; see
/// `cross_means.c`. Cells without cost are left out and stay without.
///
/// Sources: Zhang, Lu & Lafruit, IEEE CSVT 2009; Žbontar & LeCun, JMLR 2016, section 4.1.
public struct CrossMeans: Sendable {
  /// The longest arm: sums of a row fit into 16 bits, those of a region into 24.
  public static let longestArm = Int(SD_LONGEST_ARM)
  /// Planes that are worked on together, one worker's: a ring of their rows' sums stays within the cache.
  static let slab = 32

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

  /// Bytes that ``apply(to:lower:left:right:)`` allocates.
  public static func scratchBytes(width: Int, height: Int, planes: Int, armLimit: Int, threads: Int) -> Int {
    let depth = ByteCosts.depth(planes: planes)
    return 4 * height * (width + depth) + threads * (2 * armLimit + 1) * width * 3 * min(slab, depth)
  }

  /// Replaces the costs of a volume on the left image's pixels by their means.
  ///
  /// - Parameters:
  ///   - costs: `[H, W, depth]` bytes, see ``ByteCosts``.
  ///   - lower: disparity of plane 0.
  ///   - left: arms of the left image's pixels.
  ///   - right: arms of the right image's pixels.
  /// - Precondition: both have the volume's size.
  public func apply(
    to costs: inout Volume<UInt8>, lower: Int, left: borrowing ArmLengths, right: borrowing ArmLengths
  ) {
    let (width, height, depth) = (costs.width, costs.height, costs.depth)
    precondition(
      left.left.width == width && left.left.height == height && right.left.width == width
        && right.left.height == height,
      "CrossMeans: costs \(height)×\(width)×\(depth), arms \(left.left.height)×\(left.left.width) and "
        + "\(right.left.height)×\(right.left.width)")
    guard width > 0, height > 0, depth > 0 else { return }
    let partners = PartnerArms(right, lower: lower, depth: depth)
    let reach = max(left.up.longest, left.down.longest)
    let cells = SharedPointer(costs.storage)
    let pool = BytePool()
    let own = (SharedPointer(left.left.storage), SharedPointer(left.right.storage))
    let ownVertical = (SharedPointer(left.up.storage), SharedPointer(left.down.storage))
    let stride = left.left.rowStride
    parallel.ranges(of: depth, size: Self.slab) { planes in
      let rows = 2 * reach + 1
      let memory = pool.take(bytes: rows * width * planes.count * 3)
      let sums = UnsafeMutableRawPointer(memory.base).assumingMemoryBound(to: UInt16.self)
      let numbers = memory.base + rows * width * planes.count * 2
      let place = width * planes.count
      var ring = sd_cross_ring(sums: sums, numbers: numbers, rows: Int32(rows), row: place)
      func row(_ arms: (SharedPointer<UInt8>, SharedPointer<UInt8>), _ y: Int, _ before: Int, _ after: Int)
        -> sd_cross_row
      {
        sd_cross_row(
          before: arms.0.pointer + y * stride, after: arms.1.pointer + y * stride,
          other_before: partners.row(y, side: before) + planes.lowerBound,
          other_after: partners.row(y, side: after) + planes.lowerBound, width: Int32(width), depth: Int32(depth),
          planes: Int32(planes.count))
      }
      var next = 0
      for y in 0..<height {
        while next <= min(y + reach, height - 1) {
          var call = row(own, next, 0, 1)
          sd_cross_sums(
            instructionSet.code, &call, cells.pointer + next * width * depth + planes.lowerBound,
            sums + next % rows * place, numbers + next % rows * place)
          next += 1
        }
        var call = row(ownVertical, y, 2, 3)
        sd_cross_means(
          instructionSet.code, &call, &ring, Int32(y), cells.pointer + y * width * depth + planes.lowerBound)
      }
      pool.give(back: memory)
    }
  }
}

/// The arms of the other image as the cells of a volume meet them: of the partner of pixel x at plane k at `width − 1 − x + k`
/// where the volume lies on the left image's pixels, at `x + k` where it lies on the right one's.
final class PartnerArms: @unchecked Sendable {
  /// `[H, width + depth]` for left, right, up and down; 0 where the partner lies outside the image.
  private let sides: Volume<UInt8>

  init(_ arms: borrowing ArmLengths, lower: Int, depth: Int, isRight: Bool = false) {
    var sides = Volume<UInt8>(width: arms.left.height, height: 4, depth: arms.left.width + depth, repeating: 0)
    Self.fill(0, arms.left, lower: lower, isRight, into: &sides)
    Self.fill(1, arms.right, lower: lower, isRight, into: &sides)
    Self.fill(2, arms.up, lower: lower, isRight, into: &sides)
    Self.fill(3, arms.down, lower: lower, isRight, into: &sides)
    self.sides = sides
  }

  private static func fill(
    _ side: Int, _ source: borrowing Plane<UInt8>, lower: Int, _ isRight: Bool, into sides: inout Volume<UInt8>
  ) {
    for y in 0..<source.height {
      let row = source.row(y)
      for x in row.indices {
        // x = width − 1 − lower − i for the place i, or lower + i.
        let place = isRight ? x - lower : source.width - 1 - lower - x
        if place >= 0 && place < sides.depth { sides[side, y, place] = row[x] }
      }
    }
  }

  func row(_ y: Int, side: Int) -> UnsafePointer<UInt8> {
    UnsafePointer(sides.storage + (side * sides.width + y) * sides.depth)
  }
}

extension Plane where Element == UInt8 {
  /// The greatest sample; 0 in an empty plane.
  var longest: Int {
    var greatest: UInt8 = 0
    for y in 0..<height {
      let samples = row(y)
      for x in samples.indices { greatest = max(greatest, samples[x]) }
    }
    return Int(greatest)
  }
}
