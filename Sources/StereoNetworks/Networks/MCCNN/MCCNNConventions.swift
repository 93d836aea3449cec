package import NeuralNetwork
package import StereoCore

/// What a checkpoint of MC-CNN does not tell by its tensors: how its images are prepared and what its score means.
///
/// Read from `--set KEY=VALUE`, else from the file's metadata, else as in the CNES checkpoints.
package struct MCCNNConventions: Sendable, Equatable {
  /// Divisor of the variance: n (`biased`, CNES) or n − 1 (`unbiased`, the paper's program). Key `standard-deviation`.
  package enum StandardDeviation: String, Sendable, CaseIterable {
    case biased, unbiased
  }

  /// What lies outside the image. Key `padding`.
  package enum Padding: String, Sendable, CaseIterable {
    /// Every convolution pads its input by zeros: the paper's program at test time.
    case zero
    /// Convolutions do not pad (CNES). The image's border is repeated outwards, so that features exist at every pixel; those
    /// whose window lies inside the image are the unpadded network's.
    case none
  }

  /// What the accurate network's output means. Key `score`.
  package enum Score: String, Sendable, CaseIterable {
    /// High where the patches match; the cost is minus the score (CNES).
    case similarity
    /// High where they do not match; the cost is the score (the paper's program).
    case cost
  }

  /// Divisor of the variance.
  package var standardDeviation: StandardDeviation
  /// What lies outside the image.
  package var padding: Padding
  /// What the accurate network's output means.
  package var score: Score

  /// The names of the settings.
  package static let keys = ["standard-deviation", "padding", "score"]

  /// Reads the conventions for `weights`.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)``.
  package init(_ settings: [String: String], _ weights: WeightStore) throws(StereoError) {
    standardDeviation = try Self.read("standard-deviation", settings, weights, default: .biased)
    padding = try Self.read("padding", settings, weights, default: .none)
    score = try Self.read("score", settings, weights, default: .similarity)
  }

  private static func read<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ settings: [String: String], _ weights: WeightStore, default fallback: Value
  ) throws(StereoError) -> Value {
    guard let text = settings[key] ?? weights.metadata[key] else { return fallback }
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: " or ")
      throw .invalidOption(name: key, expected: known, found: text)
    }
    return value
  }
}
