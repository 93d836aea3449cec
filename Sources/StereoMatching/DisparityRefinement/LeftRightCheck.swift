public import Kernels
public import StereoCore
import Tensors

/// Compares the disparities of both images and says of every pixel that fails whether it is an occlusion or a mismatch.
///
/// With D the map, D' the other image's, and x − d read as x + d where D is the right image's:
///
///     passes        |d − D'(x − d)| < t                      at d = D(x)
///     mismatch      fails, but |d' − D'(x − d')| < t          for some other d' of the range
///     occlusion     fails, and no d' does that, or x − d is outside the image
///
/// x − d is rounded to the nearest pixel. Pixels that fail are marked ``StereoCore/Validity/mismatch`` or
/// ``StereoCore/Validity/occlusion`` and lose their disparity (NaN); so are those that have none to begin with.
///
/// Sources: Hirschmüller, PAMI 2008, section 2.6; Žbontar & LeCun, JMLR 2016, section 4.3, with their t = 1.1.
///
/// Needs the other image's map.
public struct LeftRightCheck: DisparityRefinement {
  /// The difference t at which a pixel fails, pixels.
  public let threshold: Float
  /// Threads to spread the work over.
  public var parallel: Parallel

  /// - Parameters:
  ///   - threshold: the difference at which a pixel fails, pixels.
  ///   - parallel: threads to spread the work over.
  /// - Precondition: `threshold` is positive.
  public init(threshold: Float = 1.1, parallel: Parallel = Parallel()) {
    precondition(threshold > 0, "LeftRightCheck: threshold \(threshold) pixels")
    self.threshold = threshold
    self.parallel = parallel
  }

  /// The map without the disparities that fail, its validity saying why.
  public func refine(_ map: consuming DisparityMap, in context: borrowing RefinementContext) -> DisparityMap {
    switch context.otherMap {
    case .none: preconditionFailure("LeftRightCheck: the other image's disparities are missing")
    case .some(let other): check(&map, against: other.disparities, view: context.view)
    }
    return map
  }

  private func check(_ map: inout DisparityMap, against other: borrowing Plane<Float>, view: ReferenceView) {
    precondition(
      other.width == map.width && other.height == map.height,
      "LeftRightCheck: maps \(map.height)×\(map.width) and \(other.height)×\(other.width)")
    let range = map.range
    let disparities = map.disparities.copy()
    parallel.rows(of: &map.validity) { y, row in
      let (own, others) = (disparities.row(y), other.row(y))
      for x in row.indices {
        if let label = label(own[x], x, others, range: range, view: view) { row[x].insert(label) }
      }
    }
    let validity = map.validity.copy()
    parallel.rows(of: &map.disparities) { y, row in
      let bits = validity.row(y)
      for x in row.indices where !bits[x].isDisjoint(with: [.occlusion, .mismatch]) { row[x] = .nan }
    }
  }

  /// `nil` if disparity `d` of column `x` passes, else why not.
  private func label(
    _ d: Float, _ x: Int, _ others: Span<Float>, range: DisparityRange, view: ReferenceView
  ) -> Validity? {
    if !d.isNaN {
      let partner = view.partner(of: x, at: Int(d.rounded()))
      guard partner >= 0, partner < others.count else { return .occlusion }
      if abs(d - others[partner]) < threshold { return nil }
    }
    for k in range.planes(reachableFrom: x, width: others.count, reference: view) {
      let candidate = range.lowerBound + k
      if abs(Float(candidate) - others[view.partner(of: x, at: candidate)]) < threshold { return .mismatch }
    }
    return .occlusion
  }
}
