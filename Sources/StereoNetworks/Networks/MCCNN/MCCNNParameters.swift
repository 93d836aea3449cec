public import StereoMatching

/// The steps after the matching cost as MC-CNN's authors put them together, with their published numbers.
///
/// Cost → cross-based aggregation → semi-global matching with penalties by contrast → cross-based aggregation →
/// winner-takes-all → left-right check and interpolation (KITTI) → sub-pixel parabola → 5×5 median → bilateral filter.
/// Any matching cost can be put in front.
///
/// Source: Žbontar & LeCun, Stereo matching by training a convolutional neural network to compare image patches, JMLR 2016,
/// section 4 and table 4; numbers as their program's options have them.
public struct MCCNNParameters: Sendable, Equatable {
  /// L₁: distance at which an arm of the cross-based aggregation ends, pixels.
  public var armLimit: Int
  /// τ₁: difference of intensity at which an arm ends, standard deviations of the image.
  public var armThreshold: Float
  /// Cross-based aggregations before semi-global matching.
  public var aggregationsBefore: Int
  /// Cross-based aggregations after it.
  public var aggregationsAfter: Int
  /// P1, P2, Q1, Q2, V and D of semi-global matching.
  public var penalties: PathPenalties.ContrastClasses
  /// Columns at the border whose costs are replaced by those of the next one (`fix_border`): right in the left image's
  /// volume, left in the right one's. Half a patch in the authors' program, whose features there are those of padding.
  public var borderColumns = 0
  /// Whether the left-right check and the interpolation of what fails it belong to the pipeline.
  public var checksBothImages: Bool
  /// σ of the bilateral filter, pixels.
  public var blurSigma: Float
  /// Difference of disparity at which a neighbour does not count in the bilateral filter, pixels.
  public var blurThreshold: Float
  /// What a gap between path costs says of a winner.
  public var confidenceScale: PathConfidenceScale

  /// The matching costs that the authors tuned numbers for.
  public enum Cost: String, Sendable, CaseIterable {
    /// Their accurate network (`slow` in their program); cost −1 … 0.
    case accurate
    /// Their fast network; cost −1 … 1.
    case fast
    /// The Hamming distance of a 9×9 census, 0 … 80 bits.
    case census
    /// The mean absolute difference over 9×9 pixels, in standard deviations of the image.
    case absoluteDifferences

    /// Fitted with the presets of KITTI 2012. On ten validation frames the confidence is off in the mean by 0.9 points for the accurate
    /// network with candidates (six training frames; 3.0 with the fast network's line), by 1.6 for census and by 4.3 for absolute
    /// differences (eight training frames). The unit is the fast network's.
    var confidenceScale: PathConfidenceScale {
      switch self {
      case .accurate: PathConfidenceScale(unit: 1, offset: -0.05, slope: 1.36)
      case .fast: PathConfidenceScale(unit: 1)
      case .census: PathConfidenceScale(unit: 20, offset: 0.84, slope: 0.91)
      case .absoluteDifferences: PathConfidenceScale(unit: 0.2, offset: 0.54, slope: 0.96)
      }
    }
  }

  /// The data sets that the authors tuned numbers on.
  public enum DataSet: String, Sendable, CaseIterable {
    case kitti2012, kitti2015, middlebury
  }

  /// The published numbers.
  public init(_ cost: Cost, _ dataSet: DataSet) {
    let row = Self.row(cost, dataSet)
    armLimit = row.l1
    armThreshold = row.tau1
    (aggregationsBefore, aggregationsAfter) = (row.before, row.after)
    penalties = PathPenalties.ContrastClasses(
      p1: row.pi1, p2: row.pi2, q1: row.q1, q2: row.q2, verticalDivisor: row.alpha1, threshold: row.tauSO)
    checksBothImages = dataSet != .middlebury
    (blurSigma, blurThreshold) = (row.sigma, row.blurT)
    confidenceScale = cost.confidenceScale
  }

  private struct Row {
    let l1: Int, before: Int, after: Int
    let tau1: Float, pi1: Float, pi2: Float, q1: Float, q2: Float, alpha1: Float, tauSO: Float, sigma: Float,
      blurT: Float

    init(_ l1: Int, _ before: Int, _ after: Int, _ n: [Float]) {
      (self.l1, self.before, self.after) = (l1, before, after)
      (tau1, pi1, pi2, q1, q2) = (n[0], n[1], n[2], n[3], n[4])
      (alpha1, tauSO, sigma, blurT) = (n[5], n[6], n[7], n[8])
    }
  }

  /// L1, cbca_i1, cbca_i2; tau1, pi1, pi2, sgm_q1, sgm_q2, alpha1, tau_so, blur_sigma, blur_t of the authors' program.
  private static func row(_ cost: Cost, _ dataSet: DataSet) -> Row {
    switch (cost, dataSet) {
    case (.accurate, .kitti2012): Row(5, 2, 0, [0.13, 1.32, 24.25, 3, 2, 2, 0.08, 5.99, 6])
    case (.accurate, .kitti2015): Row(5, 2, 4, [0.03, 2.3, 24.25, 3, 2, 1.75, 0.08, 5.99, 5])
    case (.accurate, .middlebury): Row(14, 2, 16, [0.02, 1.3, 13.9, 4.5, 2, 2.75, 0.13, 1.67, 2])
    case (.fast, .kitti2012): Row(0, 0, 0, [0, 4, 55.72, 3, 2.5, 1.5, 0.02, 7.74, 5])
    case (.fast, .kitti2015): Row(0, 0, 0, [0, 2.3, 18.38, 3, 2, 1.25, 0.08, 4.64, 5])
    case (.fast, .middlebury): Row(0, 0, 0, [0, 2.3, 24.3, 4, 2, 1.5, 0.08, 6, 2])
    case (.census, .middlebury): Row(5, 8, 8, [0.22, 4, 32, 4, 3, 1.5, 1, 2.78, 3])
    case (.census, _): Row(0, 4, 8, [0.01, 4, 128, 3, 3.5, 1.25, 1, 7.74, 6])
    case (.absoluteDifferences, .middlebury): Row(5, 0, 4, [0.36, 0.4, 8, 3, 4, 2.5, 0.08, 7.74, 1])
    case (.absoluteDifferences, _): Row(3, 0, 4, [0.03, 0.76, 13.93, 3.5, 2, 2.5, 0.01, 7.74, 6])
    }
  }
}
