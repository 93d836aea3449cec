public import Kernels
public import StereoCore
public import Tensors

/// How much worse than the best cost the best competitor is.
///
///     1 − c₁ / c₂,   c₁ = min_d C(d),   c₂ = min C(d) over |d − d₁| > 1
///
/// 0 (as good) … 1 (the best cost is nothing beside it); a bounded form of the peak ratio c₂ / c₁. Costs are measured from
/// zero, or from the least cost of the volume where that is negative. A pixel without a competitor has 0.
///
/// Source: Hu & Mordohai, A quantitative evaluation of confidence measures for stereo vision, PAMI 2012 (PKRN).
///
/// Needs the costs.
public struct PeakRatio: ConfidenceMeasure {
  /// Its own pixel only.
  public var margins: Margins { .none }

  /// A step without parameters.
  public init() {}

  /// `[H, W]`, 0 … 1, greater is better.
  public func measure(
    _ map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> Plane<Float> {
    let view = evidence.view
    var result = Plane<Float>(width: map.width, height: map.height, repeating: 0)
    switch evidence.costs {
    case .none: preconditionFailure("PeakRatio: the costs are missing")
    case .some(let costs):
      precondition(
        costs.width == map.width && costs.height == map.height,
        "PeakRatio: map \(map.height)×\(map.width), costs \(costs.height)×\(costs.width)")
      let floor = min(0, costs.bounds(in: context).least)
      context.rows(of: &result) { y, row in
        for x in row.indices {
          let minima = CostMinima(of: costs, y, x, view: view)
          guard minima.second < .infinity, minima.second > floor else { continue }
          row[x] = max(0, 1 - (minima.best - floor) / (minima.second - floor))
        }
      }
    }
    return result
  }
}
