public import Kernels
public import StereoCore
import Tensors

/// Moves whole disparities to where a curve through the neighbouring costs has its minimum.
///
/// With c₀ the cost at d, c₋ at d − 1 and c₊ at d + 1, the correction δ of d + δ is
///
///     parabola:     δ = −(c₊ − c₋) / (2 (c₊ + c₋ − 2 c₀))
///     equiangular:  δ = −(c₊ − c₋) / (2 (max(c₊, c₋) − c₀))
///
/// clamped to ±1. Pixels stay as they are where the disparity is not a whole plane of the range with costs on both sides,
/// or where the costs do not rise: c₊ + c₋ − 2 c₀ (or max(c₊, c₋) − c₀) of 5·10⁻⁶ or less.
/// A disparity that does not have the least cost (a filled one, say) may move by more than half a pixel; hence the clamp.
///
/// Sources: the parabola in MC-CNN's program (Žbontar & LeCun, JMLR 2016, section 4.3); Shimizu & Okutomi, Precise
/// sub-pixel estimation on area-based matching, ICCV 2001, for the equiangular fit, which suits costs that rise linearly,
/// as absolute differences and Hamming distances do.
///
/// Needs the costs.
public struct SubpixelInterpolation: DisparityRefinement {
  /// The curve through the three costs.
  public enum Curve: String, Sendable, CaseIterable {
    /// A parabola.
    case parabola
    /// Two lines of opposite slopes.
    case equiangular
  }

  /// The curve through the three costs.
  public var curve: Curve
  /// Its own pixel only.
  public var margins: Margins { .none }
  /// They must.
  public var needsCosts: Bool { true }

  /// - Parameters:
  ///   - curve: the curve through the three costs.
  public init(curve: Curve = .parabola) {
    self.curve = curve
  }

  /// The map with fractional disparities.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let view = evidence.view
    switch evidence.costs {
    case .none: preconditionFailure("SubpixelInterpolation: the costs are missing")
    case .some(let costs):
      precondition(
        costs.width == map.width && costs.height == map.height,
        "SubpixelInterpolation: map \(map.height)×\(map.width), costs \(costs.height)×\(costs.width)")
      let lower = costs.range.lowerBound
      context.rows(of: &map.disparities) { y, row in
        for x in row.indices where row[x].isFinite && row[x] == row[x].rounded() {
          let k = Int(row[x]) - lower
          guard k >= 1, k + 1 < costs.range.count else { continue }
          row[x] += correction(
            below: costs.cost(y, x, plane: k - 1, of: view), at: costs.cost(y, x, plane: k, of: view),
            above: costs.cost(y, x, plane: k + 1, of: view))
        }
      }
    }
    return map
  }

  /// δ, pixels, −1 … 1; 0 where the curve has no minimum.
  func correction(below: Float, at centre: Float, above: Float) -> Float {
    let rise =
      switch curve {
      case .parabola: above + below - 2 * centre
      case .equiangular: max(above, below) - centre
      }
    // Not true for NaN. The parabola's bound is MC-CNN's 10⁻⁵ for twice this number.
    guard rise > 5e-6 else { return 0 }
    return -min(max((above - below) / (2 * rise), -1), 1)
  }
}

extension SubpixelInterpolation {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityRefinement>(
    "subpixel", "moves whole disparities to the minimum of a curve through the costs",
    [
      MethodParameter(
        "subpixel-curve", "the curve", .choice(Curve.allCases.map(\.rawValue)), default: .word(Curve.parabola.rawValue))
    ],
    notAfter: [
      "bilateral": "it moves whole disparities only, of which a bilateral filter leaves none",
      "fill": "a filled disparity is no minimum of the costs",
    ]
  ) { values in
    guard let curve = Curve(rawValue: values.word("subpixel-curve")) else { preconditionFailure("subpixel: curve") }
    return [SubpixelInterpolation(curve: curve)]
  }
}
