import Glibc
public import Kernels
public import StereoCore
import Tensors

/// The probability that a disparity is within 2 pixels of the truth, from three measures.
///
///     confidence = 1 / (1 + exp(−z)),   z = b₀ + b₁ p + b₂ l + b₃ √a + b₄ p l
///
/// with p the ``PeakRatio``, l the ``LeftRightDistance`` cut off at 4 pixels and a the ``Ambiguity``. The coefficients are those of
/// a logistic regression over pixels with ground truth: KITTI 2012 and Middlebury, every frame with one weight, disparities of
/// census 9×7 with semi-global matching (8 paths, P1 = 4, P2 = 60). `Models/training/confidence/fit.py` makes them and
/// prints their intervals, the area under the sparsification curve and the table of calibration.
///
/// All measures are free of the cost's unit, so the order of pixels means the same for other costs; the probability is
/// calibrated for Hamming distances. On the validation frames the area under the sparsification curve is 4.6 % (optimum 2.1 %,
/// peak ratio alone 5.3 %, ambiguity 5.2 %, left-right distance 8.4 %, no order 17.1 %). A pixel without disparity has confidence 0.
///
/// Needs the costs and the other image's map.
public struct CalibratedConfidence: ConfidenceEstimation {
  /// Its own pixel, and the partner.
  public var margins: Margins { .none }

  /// A step without parameters.
  public init() {}

  // Beside each coefficient: its interval over 40 resamplings of the 26 training frames (95 %), and what it means.
  /// b₀, [4.07, 4.90]: a sharp, consistent minimum is right in 99 of 100 cases.
  static let bias: Float = 4.4774
  /// b₁ [2.46, 3.60]: a competitor far worse raises the odds up to 23-fold.
  static let ofPeak: Float = 3.1530
  /// b₂, per pixel [−0.45, −0.31]: disagreement of both images lowers them.
  static let ofDistance: Float = -0.3819
  /// b₃ [−6.39, −4.90]: so does a flat cost, most of all.
  static let ofAmbiguity: Float = -5.7034
  /// b₄, per pixel [−0.50, −0.24]: a sharp minimum that the other image contradicts is less sure than its sharpness says.
  static let ofBoth: Float = -0.3981
  /// Distance beyond which two disparities are merely different, pixels.
  static let greatestDistance: Float = 4

  /// `[H, W]`, 0 … 1.
  public func confidence(
    of map: borrowing DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> ConfidenceMap {
    let peaks = PeakRatio().measure(map, with: evidence, in: context)
    let distances = LeftRightDistance().measure(map, with: evidence, in: context)
    let ambiguities = Ambiguity().measure(map, with: evidence, in: context)
    var values = Plane<Float>(width: map.width, height: map.height, repeating: 0)
    context.rows(of: &values) { y, row in
      let (peak, distance, ambiguity) = (peaks.row(y), distances.row(y), ambiguities.row(y))
      let disparities = map.disparities.row(y)
      for x in row.indices where !disparities[x].isNaN {
        row[x] = Self.probability(peak: peak[x], distance: distance[x], ambiguity: ambiguity[x])
      }
    }
    return ConfidenceMap(values: values)
  }

  /// The probability for one pixel's measures.
  static func probability(peak: Float, distance: Float, ambiguity: Float) -> Float {
    let far = min(distance, greatestDistance)
    let logit = bias + ofPeak * peak + ofDistance * far + ofAmbiguity * ambiguity.squareRoot() + ofBoth * peak * far
    return 1 / (1 + exp(-logit))
  }
}
