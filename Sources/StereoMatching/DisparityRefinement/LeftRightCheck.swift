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
  /// Its own pixel, and the partner.
  public var margins: Margins { .none }
  /// It does.
  public var needsOtherMap: Bool { true }

  /// - Parameters:
  ///   - threshold: the difference at which a pixel fails, pixels.
  /// - Precondition: `threshold` is positive.
  public init(threshold: Float = 1.1) {
    precondition(threshold > 0, "LeftRightCheck: threshold \(threshold) pixels")
    self.threshold = threshold
  }

  /// The map without the disparities that fail, its validity saying why.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    switch evidence.otherMap {
    case .none: preconditionFailure("LeftRightCheck: the other image's disparities are missing")
    case .some(let other): check(&map, against: other.disparities, view: evidence.view, in: context)
    }
    return map
  }

  private func check(
    _ map: inout DisparityMap, against other: borrowing Plane<Float>, view: ReferenceView,
    in context: ComputeContext
  ) {
    precondition(
      other.width == map.width && other.height == map.height,
      "LeftRightCheck: maps \(map.height)×\(map.width) and \(other.height)×\(other.width)")
    let range = map.range
    let disparities = map.disparities.copy()
    context.rows(of: &map.validity) { y, row in
      let (own, others) = (disparities.row(y), other.row(y))
      for x in row.indices {
        if let label = label(own[x], x, others, range: range, view: view) { row[x].insert(label) }
      }
    }
    let validity = map.validity.copy()
    context.rows(of: &map.disparities) { y, row in
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

extension LeftRightCheck {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityRefinement>(
    "left-right-check", "takes away what the other image's map contradicts",
    [
      MethodParameter(
        "check-threshold", "difference of both maps at which a pixel fails, pixels", .number(0.01...1000), default: 1.1)
    ], notAfter: ["fill": "it would take away what was filled"]
  ) { [LeftRightCheck(threshold: $0.number("check-threshold"))] }
}
