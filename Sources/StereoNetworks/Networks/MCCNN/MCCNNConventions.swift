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

  /// The conventions as `--set` and the metadata of a file take them.
  package static let parameters = [
    choice("standard-deviation", "divisor of the images' variance: n, or n − 1", StandardDeviation.biased),
    choice("padding", "what convolutions see outside the image", Padding.none),
    choice("score", "what a high output of the accurate network means", Score.similarity),
  ]

  private static func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, _ meaning: String, _ fallback: Value
  ) -> MethodParameter {
    MethodParameter(
      key, meaning, .choice(Value.allCases.map(\.rawValue)), default: .word(fallback.rawValue), isConvention: true)
  }

  /// The conventions that the values of ``parameters`` are.
  package init(_ values: ParameterValues) {
    func read<Value: RawRepresentable<String>>(_ key: String) -> Value {
      guard let value = Value(rawValue: values.word(key)) else { preconditionFailure("MC-CNN: \(key)") }
      return value
    }
    standardDeviation = read("standard-deviation")
    padding = read("padding")
    score = read("score")
  }

  /// Reads the conventions for `weights`.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)``.
  package init(_ settings: [String: String], _ weights: WeightStore) throws(StereoError) {
    self.init(try ParameterValues(settings, metadata: weights.metadata, of: Self.parameters))
  }
}
