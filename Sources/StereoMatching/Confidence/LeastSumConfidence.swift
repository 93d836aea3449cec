import Glibc
public import Kernels
public import StereoCore
import Tensors

/// The probability that a disparity is right by its least mean path cost alone: the confidence of `sgm`'s sweeps.
///
///     confidence = 1 / (1 + exp(a m − b))
///
/// with m the mean cost of a path at the winner, bits of a census of 31 comparisons; fitted to the share of KITTI 2012 training
/// pixels (every third of 000000–000119) within 3 px of the truth and of Middlebury's training scenes within 1.5 px, both data
/// sets alike. On the validation frames and scenes the mean difference to the share that is right is 2 and 3 in 100 (bins of
/// 2 bits). `Models/training/confidence/fit_sweep.py` makes the numbers.
///
/// Needs the costs.
public struct LeastSumConfidence: ConfidenceEstimation {
  /// Paths that are summed.
  public let paths: SemiGlobalMatching.Paths
  /// Its own pixel only.
  public var margins: Margins { .none }

  /// - Parameter paths: those of the optimisation.
  public init(paths: SemiGlobalMatching.Paths) { self.paths = paths }

  /// a and b; of eight paths halves are summed, so that they are as four.
  private var fit: (paths: Float, a: Float, b: Float) { paths == .three ? (3, 0.125, 4.82) : (4, 0.110, 4.91) }

  /// The share of right disparities among those that pixels with a failed check were filled with.
  static let ofDoubtful: Float = 0.62

  /// The logits for sums of 0 … 255 of all paths, and that of doubtful pixels: 257 values.
  var logitsBySum: [Float] {
    (0..<256).map { fit.b - fit.a * Float($0) / fit.paths } + [SeenConfidence.logit(Self.ofDoubtful)]
  }

  /// That of sweeps.
  public var seen: SeenConfidence { .sweeps }

  /// `[H, W]`, 0 … 1; 0 where there is no disparity.
  public func confidence(
    of map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> ConfidenceMap {
    var values = Plane<Float>(width: map.width, height: map.height, repeating: 0)
    let (view, fit) = (evidence.view, fit)
    switch evidence.costs {
    case .none: preconditionFailure("LeastSumConfidence: the costs are missing")
    case .some(let costs):
      context.rows(of: &values) { y, row in
        let own = map.disparities.row(y)
        for x in row.indices where !own[x].isNaN {
          row[x] = 1 / (1 + exp(fit.a * CostMinima(of: costs, y, x, view: view).best - fit.b))
        }
      }
    }
    return ConfidenceMap(values: values)
  }
}
