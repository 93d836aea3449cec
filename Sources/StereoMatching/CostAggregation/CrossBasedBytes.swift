package import Kernels
package import StereoCore
import Tensors

extension CrossBased {
  /// Whether ``aggregate(_:guide:in:)`` can be used: sums fit into their bits.
  public var fitsBytes: Bool { armLimit <= CrossBasedMeans.longestArm + 1 }

  /// Whether ``aggregate(sums:over:of:guide:in:)`` can be used: sums fit into their bits.
  public var fitsSums: Bool { armLimit <= CrossBasedMeans.longestArmOfSums + 1 }

  /// Bytes that ``aggregate(_:guide:in:)`` allocates.
  ///
  /// - Parameters:
  ///   - threads: threads that work at the same time.
  ///   - ofSums: the same for ``aggregate(sums:over:of:guide:in:)``.
  func scratchBytes(for size: PixelSize, planes: Int, threads: Int, ofSums: Bool) -> Int {
    CrossBasedMeans.scratchBytes(
      width: size.width, height: size.height, planes: planes, armLimit: max(1, armLimit - 1),
      threads: threads, ofSums: ofSums) + 24 * size.width * size.height
  }

  /// The mean costs, each iteration rounded to bytes, in place.
  ///
  /// What ``aggregate(_:guide:)`` gives for the same costs in floats, to within half a step an iteration.
  ///
  /// - Precondition: the left image is the reference, sizes agree, ``fitsBytes``.
  package func aggregate(
    _ costs: inout ByteCostVolume, guide: borrowing RectifiedPair, in context: ComputeContext
  ) {
    precondition(
      costs.reference == .left && guide.width == costs.cells.width && guide.height == costs.cells.height && fitsBytes,
      "CrossBased: costs \(costs.cells.height)×\(costs.cells.width), guide \(guide.height)×\(guide.width), "
        + "arm limit \(armLimit)")
    let left = lengths(arms(of: guide.leftGray, in: context))
    let right = lengths(arms(of: guide.rightGray, in: context))
    for _ in 0..<iterations {
      CrossBasedMeans.apply(
        to: &costs.cells, lower: costs.range.lowerBound, left: left, right: right, in: context)
    }
  }

  /// The mean sums of path costs, each iteration rounded to whole ones, in place.
  ///
  /// What ``aggregate(_:guide:)`` gives for the same sums in floats, to within half a sum's step an iteration: an eighth of
  /// the costs' step, for a sum has four paths.
  ///
  /// - Parameters:
  ///   - sums: of ``Kernels/ByteSemiGlobal``.
  ///   - range: the disparities of the planes.
  ///   - reference: the image that the sums lie on.
  /// - Precondition: sizes agree, ``fitsSums``.
  package func aggregate(
    sums: inout Volume<UInt16>, over range: DisparityRange, of reference: ReferenceView, guide: borrowing RectifiedPair,
    in context: ComputeContext
  ) {
    precondition(
      guide.width == sums.width && guide.height == sums.height && fitsSums,
      "CrossBased: sums \(sums.height)×\(sums.width), guide \(guide.height)×\(guide.width), arm limit \(armLimit)")
    let left = lengths(arms(of: guide.leftGray, in: context))
    let right = lengths(arms(of: guide.rightGray, in: context))
    for _ in 0..<iterations {
      switch reference {
      case .left:
        CrossBasedMeans.apply(
          to: &sums, lower: range.lowerBound, isRight: false, own: left, other: right, in: context)
      case .right:
        CrossBasedMeans.apply(
          to: &sums, lower: range.lowerBound, isRight: true, own: right, other: left, in: context)
      }
    }
  }

  private func lengths(_ arms: borrowing Plane<SupportArms>) -> ArmLengths {
    var lengths = ArmLengths(width: arms.width, height: arms.height)
    for y in 0..<arms.height {
      let row = arms.row(y)
      for x in row.indices {
        lengths.left[y, x] = UInt8(row[x].left)
        lengths.right[y, x] = UInt8(row[x].right)
        lengths.up[y, x] = UInt8(row[x].up)
        lengths.down[y, x] = UInt8(row[x].down)
      }
    }
    return lengths
  }
}
