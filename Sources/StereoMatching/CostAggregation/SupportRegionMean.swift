import Kernels
import StereoCore
import Tensors

/// The mean of the costs over support regions, in constant time for every cell however large its region is.
///
///     A(y, x, d) = mean of C(y', x', d) over y' ∈ vertical arm of (y, x), x' ∈ horizontal arm of (y', x)
///
/// where the arms of a cell are the shorter ones of its pixel and of its partner in the other image. Cells without cost
/// are left out of the mean and stay without.
///
/// Three passes over slabs of ``slabDepth`` disparities: running sums along each row give the horizontal sums, running
/// sums of those down each column, and the difference of two of them the region. Sums are `Double`: 10⁵ costs of seven
/// digits add up without a rounding that shows in a `Float`.
struct SupportRegionMean {
  /// Disparities that are worked on together; bounds the scratch memory to `2 · slabDepth` doubles a pixel.
  static let slabDepth = 16

  /// Replaces `costs` by their means.
  ///
  /// - Parameters:
  ///   - own: arms of the reference image's pixels.
  ///   - other: arms of the other image's pixels.
  func apply(
    to costs: inout CostVolume, own: borrowing Plane<SupportArms>, other: borrowing Plane<SupportArms>,
    in context: ComputeContext
  ) {
    let count = costs.range.count
    for from in stride(from: 0, to: count, by: Self.slabDepth) where !context.isCancelled {
      let planes = from..<min(from + Self.slabDepth, count)
      var sums = horizontalSums(costs, planes, own, other, in: context)
      context.runningSumsDown(&sums)
      divide(into: &costs, planes, sums, own, other, in: context)
    }
  }

  /// For every pixel and plane of the slab, the sum of the costs on its horizontal arms, then their number.
  private func horizontalSums(
    _ costs: borrowing CostVolume, _ planes: Range<Int>, _ own: borrowing Plane<SupportArms>,
    _ other: borrowing Plane<SupportArms>, in context: ComputeContext
  ) -> Volume<Double> {
    let (width, count, slab) = (costs.width, costs.range.count, planes.count)
    let (range, reference) = (costs.range, costs.reference)
    var sums = Volume<Double>(width: width, height: costs.height, depth: 2 * slab, repeating: 0)
    context.rows(of: &sums) { y, row in
      let source = costs.costs.row(y)
      let (ownArms, otherArms) = (own.row(y), other.row(y))
      // Sums and numbers of the costs left of column x, and all of them at x = width.
      var running = [Double](repeating: 0, count: (width + 1) * 2 * slab)
      for x in 0..<width {
        for i in 0..<slab {
          let cost = source[x * count + planes.lowerBound + i]
          let at = x * 2 * slab + i
          running[at + 2 * slab] = running[at] + (cost.isNaN ? 0 : Double(cost))
          running[at + 3 * slab] = running[at + slab] + (cost.isNaN ? 0 : 1)
        }
      }
      for x in 0..<width {
        let reachable = range.planes(reachableFrom: x, width: width, reference: reference).clamped(to: planes)
        for k in reachable {
          let arms = ownArms[x].intersected(with: otherArms[reference.partner(of: x, at: range.lowerBound + k)])
          let i = k - planes.lowerBound
          let (first, end) = ((x - Int(arms.left)) * 2 * slab + i, (x + Int(arms.right) + 1) * 2 * slab + i)
          row[x * 2 * slab + i] = running[end] - running[first]
          row[(x * 2 + 1) * slab + i] = running[end + slab] - running[first + slab]
        }
      }
    }
    return sums
  }

  /// Writes the means of the slab's planes from running sums down the columns.
  private func divide(
    into costs: inout CostVolume, _ planes: Range<Int>, _ sums: borrowing Volume<Double>,
    _ own: borrowing Plane<SupportArms>, _ other: borrowing Plane<SupportArms>, in context: ComputeContext
  ) {
    let (width, count, slab) = (costs.width, costs.range.count, planes.count)
    let (range, reference) = (costs.range, costs.reference)
    context.rows(of: &costs.costs) { y, row in
      let (ownArms, otherArms) = (own.row(y), other.row(y))
      for x in 0..<width {
        let reachable = range.planes(reachableFrom: x, width: width, reference: reference).clamped(to: planes)
        for k in reachable where !row[x * count + k].isNaN {
          let arms = ownArms[x].intersected(with: otherArms[reference.partner(of: x, at: range.lowerBound + k)])
          let i = k - planes.lowerBound
          let (above, last) = (y - Int(arms.up) - 1, y + Int(arms.down))
          var (sum, number) = (sums[last, x, i], sums[last, x, slab + i])
          if above >= 0 {
            sum -= sums[above, x, i]
            number -= sums[above, x, slab + i]
          }
          row[x * count + k] = Float(sum / number)
        }
      }
    }
  }
}
