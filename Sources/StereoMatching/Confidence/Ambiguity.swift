public import Kernels
public import StereoCore
public import Tensors

/// The share of disparities that are nearly as good as the best, over all meanings of "nearly".
///
///     Amb(y, x, η) = | { d : C̃(y, x, d) ≤ min_d C̃(y, x, d) + η } |,   C̃ = (C − min C) / (max C − min C)
///     measure      = 1/(n D) Σ_η Amb(y, x, η),   η = 0, 0.01, … 0.69 (n = 70)
///
/// with min C and max C over the whole volume. Disparities without cost count as ambiguous for every η. 1/D (one sharp minimum)
/// … 1 (flat, or no cost at all). Not stretched to the image's percentiles, so that it means the same in every image.
///
/// Source: Sarrazin et al., Ambiguity concept in stereo matching pipeline, ISPRS Archives 2021, as CNES Pandora computes it
/// (`cost_volume_confidence/ambiguity`, default η); its confidence is 1 minus this.
///
/// Needs the costs.
public struct Ambiguity: ConfidenceMeasure {
  /// Number of η.
  public static let etaCount = 70
  /// Distance of two η, in the normalised cost.
  public static let etaStep: Float = 0.01
  /// Its own pixel only.
  public var margins: Margins { .none }

  /// A step without parameters.
  public init() {}

  /// `[H, W]`, 0 … 1, less is better.
  public func measure(
    _ map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> Plane<Float> {
    let view = evidence.view
    var result = Plane<Float>(width: map.width, height: map.height, repeating: 1)
    switch evidence.costs {
    case .none: preconditionFailure("Ambiguity: the costs are missing")
    case .some(let costs):
      precondition(
        costs.width == map.width && costs.height == map.height,
        "Ambiguity: map \(map.height)×\(map.width), costs \(costs.height)×\(costs.width)")
      let bounds = costs.bounds(in: context)
      let scale = bounds.greatest > bounds.least ? 1 / (bounds.greatest - bounds.least) : 0
      let whole = Float(Self.etaCount * costs.range.count)
      context.rows(of: &result) { y, row in
        for x in row.indices { row[x] = Float(Self.count(costs, y, x, view: view, scale: scale)) / whole }
      }
    }
    return result
  }

  /// Σ_η Amb(y, x, η): every disparity counts once for each η that its distance to the least cost does not exceed.
  private static func count(
    _ costs: borrowing CostVolume, _ y: Int, _ x: Int, view: ReferenceView, scale: Float
  ) -> Int {
    let best = CostMinima(of: costs, y, x, view: view).best
    // A cell whose partner lies outside has no cost, whatever stands there.
    let planes = costs.range.planes(reachableFrom: x, width: costs.width, reference: view)
    var sum = (costs.range.count - planes.count) * etaCount
    for k in planes {
      let cost = costs.cost(y, x, plane: k, of: view)
      if cost.isNaN {
        sum += etaCount
      } else {
        // η_i = i · step ≥ distance ⇔ i ≥ distance / step.
        let first = ((cost - best) * scale / etaStep).rounded(.up)
        sum += max(0, etaCount - Int(min(first, Float(etaCount))))
      }
    }
    return sum
  }
}
