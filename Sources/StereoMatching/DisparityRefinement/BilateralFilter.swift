import Glibc
public import Kernels
public import StereoCore
import Tensors

/// A Gaussian mean of the neighbours with a similar disparity: smooths surfaces and keeps their edges.
///
///     D'(p) = Σ_q g(q − p) D(q) / Σ_q g(q − p)   over q with |D(q) − D(p)| < t,   g(v) = exp(−|v|² / (2 σ²))
///
/// over the square of radius ⌈3σ⌉. Pixels without disparity take no part and stay without.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 4.3.
public struct BilateralFilter: DisparityRefinement {
  /// Standard deviation σ of the Gaussian, pixels.
  public let sigma: Float
  /// Difference t at which a neighbour no longer counts, pixels of disparity.
  public let threshold: Float
  /// The square's radius.
  public var margins: Margins { Margins(horizontal: radius, vertical: radius) }

  private var radius: Int { Int((3 * sigma).rounded(.up)) }

  /// - Parameters:
  ///   - sigma: standard deviation of the Gaussian, pixels.
  ///   - threshold: difference at which a neighbour no longer counts, pixels of disparity.
  /// - Precondition: both are positive, `sigma` at most 1000.
  public init(sigma: Float, threshold: Float) {
    precondition(
      sigma > 0 && sigma <= 1000 && threshold > 0, "BilateralFilter: sigma \(sigma), threshold \(threshold) pixels")
    self.sigma = sigma
    self.threshold = threshold
  }

  /// The filtered map.
  ///
  /// - Complexity: O(H · W · (6σ + 1)²).
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    map.disparities = filtered(map.disparities, in: context)
    return map
  }

  /// The filtered disparities.
  func filtered(_ disparities: borrowing Plane<Float>, in context: ComputeContext) -> Plane<Float> {
    let weights = (0...radius).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
    var result = Plane<Float>(width: disparities.width, height: disparities.height, repeating: .nan)
    guard result.width > 0, result.height > 0 else { return result }
    BilateralRows.filter(disparities, weights: weights, threshold: threshold, into: &result, in: context)
    return result
  }
}

extension BilateralFilter {
  /// How it is chosen by name; the defaults are MC-CNN's for Middlebury (accurate).
  static let step = StepDescription<any DisparityRefinement>(
    "bilateral", "smooths surfaces and keeps their edges",
    [
      MethodParameter("blur-sigma", "σ of the Gaussian, pixels", .number(0.01...1000), default: 1.67),
      MethodParameter(
        "blur-threshold", "difference at which a neighbour does not count, pixels of disparity", .number(0.01...1e6),
        default: 2),
    ]
  ) { [BilateralFilter(sigma: $0.number("blur-sigma"), threshold: $0.number("blur-threshold"))] }
}
