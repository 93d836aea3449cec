import Kernels
import StereoCore
import Tensors

/// What is done with the winners of a semi-global sweep: check, ambiguity, patches.
public struct SweepRefinement: Sendable, Equatable {
  /// The greatest difference of both images' disparities that passes the check, sixteenths of a pixel.
  public var tolerance: Int
  /// Patches of up to this many pixels are removed.
  public var speckleSize: Int
  /// The greatest difference of neighbours in one patch, sixteenths of a pixel.
  public var speckleDifference: Int
  /// Share r by which the second-best sum of path costs must be greater than the best one, else the pixel is ambiguous and loses
  /// its disparity; 0: nothing is compared. See ``UniquenessCheck``.
  ///
  /// All sums are kept for it, a byte for every pixel and disparity.
  public var uniqueness: Float

  /// - Parameters:
  ///   - tolerance: the greatest difference that passes the check, sixteenths of a pixel.
  ///   - speckleSize: the largest patch that is removed, pixels.
  ///   - speckleDifference: the greatest difference of neighbours in one patch, sixteenths of a pixel.
  ///   - uniqueness: share by which the second-best sum must be greater.
  /// - Precondition: none is negative, `uniqueness` at most 1.
  public init(tolerance: Int = 34, speckleSize: Int = 100, speckleDifference: Int = 16, uniqueness: Float = 0) {
    precondition(
      tolerance >= 0 && speckleSize >= 0 && speckleDifference >= 0 && (0...1).contains(uniqueness),
      "SweepRefinement: \(tolerance), \(speckleSize), \(speckleDifference), \(uniqueness)")
    self.tolerance = tolerance
    self.speckleSize = speckleSize
    self.speckleDifference = speckleDifference
    self.uniqueness = uniqueness
  }

  /// What makes a disparity doubtful, so that its costs say little.
  var doubts: Validity {
    uniqueness > 0
      ? [.occlusion, .mismatch, .outOfView, .speckle, .ambiguous] : [.occlusion, .mismatch, .outOfView, .speckle]
  }

  /// Makes holes of the pixels of `map` whose second-best sum is nearly as good as the best one, and labels them
  /// ``StereoCore/Validity/ambiguous``.
  ///
  ///     ambiguous  ⇔  (1 − r) · s₂ ≤ s₁,   s₁ the least sum, s₂ the least one more than one disparity away from it
  ///
  /// - Parameters:
  ///   - sums: `[H, W, D]` sums of path costs, 255 for a disparity without cost.
  ///   - map: `[H, W]` sixteenths of a disparity index.
  func removeAmbiguous(
    _ sums: borrowing Volume<UInt8>, from map: inout Plane<UInt16>, labels: inout Plane<Validity>,
    in context: ComputeContext
  ) {
    let marks = ambiguous(in: sums, winners: map, in: context)
    context.rows(of: &map) { y, row in
      let marked = marks.row(y)
      for x in row.indices where marked[x] { row[x] = noSixteenths }
    }
    context.rows(of: &labels) { y, row in
      let marked = marks.row(y)
      for x in row.indices where marked[x] { row[x].insert(.ambiguous) }
    }
  }

  /// Which pixels are.
  private func ambiguous(
    in sums: borrowing Volume<UInt8>, winners: borrowing Plane<UInt16>, in context: ComputeContext
  ) -> Plane<Bool> {
    let (disparities, kept) = (sums.depth, 1 - uniqueness)
    var marks = Plane(width: winners.width, height: winners.height, repeating: false)
    context.rows(of: &marks) { y, row in
      let (all, found) = (sums.row(y), winners.row(y))
      for x in row.indices where found[x] != noSixteenths {
        let first = x * disparities
        var winner = 0
        for d in 0..<disparities where all[first + d] < all[first + winner] { winner = d }
        var second = UInt8.max
        for d in 0..<disparities where abs(d - winner) > 1 { second = min(second, all[first + d]) }
        row[x] = second < .max && kept * Float(second) <= Float(all[first + winner])
      }
    }
    return marks
  }
}
