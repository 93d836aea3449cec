internal import CKernels
public import Tensors

/// How far the support region of every pixel of an image reaches, pixels, on each of the four sides and inside the image.
public struct ArmLengths: ~Copyable, Sendable {
  /// `[H, W]`, at most ``CrossBasedMeans/longestArm``.
  public var left, right, up, down: Plane<UInt8>

  /// Arms of `width · height` pixels, all of length 0.
  public init(width: Int, height: Int) {
    left = Plane(width: width, height: height, repeating: 0)
    right = left.copy()
    up = left.copy()
    down = left.copy()
  }
}

/// Cross-based aggregation, in place: every cell becomes the rounded mean over its support region.
///
///     A(y, x, k) = mean of C(y', x', k) over y' ∈ vertical arm of (y, x), x' ∈ horizontal arm of (y', x)
///
/// where the arms of a cell are the shorter ones of its pixel and of that one's partner in the other image; see
/// `cross_means.c` and `cross_sums.c`. Cells without cost are left out and stay without.
///
/// Sources: Zhang, Lu & Lafruit, IEEE CSVT 2009; Žbontar & LeCun, JMLR 2016, sections 4.1 and 4.3.
public enum CrossBasedMeans {
  /// The longest arm for costs in bytes: sums of a row fit into 16 bits, those of a region into 24.
  public static let longestArm = Int(SD_LONGEST_ARM)
  /// The longest arm for sums of path costs: sums of a region fit into 31 bits.
  public static let longestArmOfSums = Int(SD_LONGEST_SUM_ARM)
  /// Planes that are worked on together, one worker's: a ring of their rows' sums stays within the cache.
  static let slab = 32

  /// Bytes that a call allocates.
  ///
  /// - Parameter ofSums: whether the cells are sums of path costs.
  public static func scratchBytes(
    width: Int, height: Int, planes: Int, armLimit: Int, threads: Int, ofSums: Bool
  ) -> Int {
    let depth = ByteCosts.depth(planes: planes)
    let ringCell = ofSums ? CrossKernels<UInt16>.pathSums.ringCell : CrossKernels<UInt8>.costs.ringCell
    return 4 * height * (width + depth) + threads * (2 * armLimit + 1) * width * ringCell * min(slab, depth)
  }

  /// Replaces the costs of a volume on the left image's pixels by their means.
  ///
  /// - Parameters:
  ///   - costs: `[H, W, depth]` bytes, see ``ByteCosts``.
  ///   - lower: disparity of plane 0.
  ///   - left: arms of the left image's pixels.
  ///   - right: arms of the right image's pixels.
  /// - Precondition: both have the volume's size, no arm is longer than ``longestArm``.
  public static func apply(
    to costs: inout Volume<UInt8>, lower: Int, left: borrowing ArmLengths, right: borrowing ArmLengths,
    in context: ComputeContext
  ) {
    apply(.costs, to: &costs, lower: lower, isRight: false, own: left, other: right, in: context)
  }

  /// Replaces sums of path costs by their means.
  ///
  /// - Parameters:
  ///   - sums: `[H, W, depth]`, see ``ByteSemiGlobal``.
  ///   - lower: disparity of plane 0.
  ///   - isRight: whether the volume lies on the right image's pixels.
  ///   - own: arms of the pixels of the image that the volume lies on.
  ///   - other: arms of the other image's pixels.
  /// - Precondition: both have the volume's size, no arm is longer than ``longestArmOfSums``.
  public static func apply(
    to sums: inout Volume<UInt16>, lower: Int, isRight: Bool, own: borrowing ArmLengths, other: borrowing ArmLengths,
    in context: ComputeContext
  ) {
    apply(.pathSums, to: &sums, lower: lower, isRight: isRight, own: own, other: other, in: context)
  }

  private static func apply<Cell>(
    _ kernels: CrossKernels<Cell>, to volume: inout Volume<Cell>, lower: Int, isRight: Bool, own: borrowing ArmLengths,
    other: borrowing ArmLengths, in context: ComputeContext
  ) {
    let (width, height, depth) = (volume.width, volume.height, volume.depth)
    precondition(
      own.left.width == width && own.left.height == height && other.left.width == width && other.left.height == height,
      "CrossBasedMeans: cells \(height)×\(width)×\(depth), arms \(own.left.height)×\(own.left.width) and "
        + "\(other.left.height)×\(other.left.width)")
    guard width > 0, height > 0, depth > 0 else { return }
    let reach = max(own.up.longest, own.down.longest)
    let longest = max(reach, own.left.longest, own.right.longest)
    precondition(
      longest <= kernels.longestArm, "CrossBasedMeans: an arm of \(longest) pixels, at most \(kernels.longestArm)")
    let sweep = CrossSweep(
      kernels: kernels, cells: SharedPointer(volume.storage), width: width, height: height, depth: depth,
      isRight: isRight, reach: reach, stride: own.left.rowStride,
      arms: (
        SharedPointer(own.left.storage), SharedPointer(own.right.storage), SharedPointer(own.up.storage),
        SharedPointer(own.down.storage)
      ), partners: PartnerArms(other, lower: lower, depth: depth, isRight: isRight), isa: context.instructionSet.code)
    context.ranges(of: depth, size: slab) { planes in
      let memory = context.scratch.take(bytes: sweep.ringBytes(planes: planes.count))
      sweep.run(planes, ring: memory.bytes, isCancelled: { context.isCancelled })
      context.scratch.give(back: memory)
    }
  }
}
