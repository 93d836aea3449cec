// Fitted by Models/training/confidence/fit_seen.py; the tables are in the documentation, Confidence.

extension SeenConfidence {
  /// Sweeps of `sgm`: own measure ``LeastSumConfidence``.
  public static let sweeps = SeenConfidence(
    bias: 0.911, ofOwn: 0.625, ofAgreement: 0.486, ofEnergy: -0.381, doubtful: 1.51)

  /// MC-CNN's methods: own measure ``PathConfidence``, fitted with `mc-cnn-fast`.
  public static let paths = SeenConfidence(
    bias: 0.285, ofOwn: 1.033, ofAgreement: 0.238, ofEnergy: -0.365, doubtful: 1.23)

  /// Volumes of floats: own measure ``CalibratedConfidence``, fitted with the census of `sgm --preset raw`.
  public static let volumes = SeenConfidence(
    bias: 0.301, ofOwn: 0.904, ofAgreement: 0.416, ofEnergy: -0.189, doubtful: 0)

  /// Networks that regress from a distribution; fitted with PSMNet on nine frames. Of FlowNet, DispNetC and iResNet, whose own measure is
  /// the agreement of two scales, no weights were there to fit with.
  public static let distributions = SeenConfidence(
    bias: 0.998, ofOwn: 0.566, ofAgreement: 0.782, ofEnergy: -0.455, doubtful: 0)

  /// ModuleNet: own measure the probability within two candidates of the winner.
  public static let modules = SeenConfidence(
    bias: 2.403, ofOwn: 0.925, ofAgreement: 0.231, ofEnergy: -0.243, doubtful: 0)
}
