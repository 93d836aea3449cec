public import Kernels
public import StereoCore
public import Tensors

/// How far the disparities of both images disagree, pixels.
///
///     |D(x) − D'(x − D(x))|      (x + D(x) if D is the right image's)
///
/// with the partner rounded to the nearest pixel. A pixel without disparity or partner has ``greatest``, and so has
/// every greater difference.
///
/// Source: Hu & Mordohai, PAMI 2012 (LRC).
///
/// Needs the other image's map.
public struct LeftRightDistance: ConfidenceMeasure {
  /// The greatest distance that is told apart, pixels.
  public static let greatest: Float = 64
  /// Its own pixel, and the partner.
  public var margins: Margins { .none }

  /// A step without parameters.
  public init() {}

  /// `[H, W]`, 0 … ``greatest`` pixels, less is better.
  public func measure(
    _ map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> Plane<Float> {
    let view = evidence.view
    var result = Plane<Float>(width: map.width, height: map.height, repeating: Self.greatest)
    switch evidence.otherMap {
    case .none: preconditionFailure("LeftRightDistance: the other image's disparities are missing")
    case .some(let other):
      precondition(
        other.width == map.width && other.height == map.height,
        "LeftRightDistance: maps \(map.height)×\(map.width) and \(other.height)×\(other.width)")
      context.rows(of: &result) { y, row in
        let (own, others) = (map.disparities.row(y), other.disparities.row(y))
        for x in row.indices where !own[x].isNaN {
          let partner = view.partner(of: x, at: Int(own[x].rounded()))
          guard partner >= 0, partner < others.count, !others[partner].isNaN else { continue }
          row[x] = min(abs(own[x] - others[partner]), Self.greatest)
        }
      }
    }
    return result
  }
}
