package import NeuralNetwork
public import StereoCore

/// What a network is: its name on the command line, its paper, what it is for, and what it takes.
public struct ModelCard: Sendable {
  /// The name of the method, as the command line takes it.
  public let name: String
  /// Authors, title, venue, year.
  public let paper: String
  /// What it is for, one sentence.
  public let purpose: String
  /// Width and height are padded to a multiple of this, pixels.
  public let sizeDivisor: Int
  /// The number of disparities must be a multiple of this; 0 for networks that regress disparity without searching a range.
  public let disparityDivisor: Int
  /// Which published checkpoints fit, and where they are.
  public let checkpoints: String
  /// Conventions that a checkpoint does not tell, and parameters, as `--set` takes them.
  public let parameters: [MethodParameter]
  /// The greatest displacement that a correlation compares, pixels of the image; narrower images are warned about. 0: none.
  public let correlationReach: Int
  /// Narrower images are refused, pixels.
  public let leastWidth: Int

  /// The convention of every network that searches a range: what its disparities are multiplied with, such as 1.17 for the first
  /// Scene Flow checkpoint of PSMNet.
  public static let disparityScale = MethodParameter(
    "disparity-scale",
    "what the network's disparities are multiplied with (1.17 for the first Scene Flow checkpoint of PSMNet)",
    .number(0.1...10), default: 1, isConvention: true)

  /// The convention `align-corners` of networks that resample by PyTorch's rules.
  static func alignCorners(default value: Bool) -> MethodParameter {
    MethodParameter(
      "align-corners", "how both upsamplings place their samples: true for checkpoints of PyTorch 0.4 and before",
      .truth, default: .truth(value), isConvention: true)
  }

  /// - Parameters:
  ///   - name: the name of the method.
  ///   - paper: authors, title, venue, year.
  ///   - purpose: what it is for, one sentence.
  ///   - sizeDivisor: width and height are padded to a multiple of this.
  ///   - disparityDivisor: the number of disparities must be a multiple of this; 0: no range is searched.
  ///   - checkpoints: which published checkpoints fit, and where they are.
  ///   - parameters: conventions that a checkpoint does not tell, and parameters, besides ``disparityScale``.
  ///   - correlationReach: the greatest displacement that a correlation compares, pixels of the image.
  ///   - leastWidth: narrower images are refused.
  public init(
    name: String, paper: String, purpose: String, sizeDivisor: Int, disparityDivisor: Int, checkpoints: String,
    parameters: [MethodParameter] = [], correlationReach: Int = 0, leastWidth: Int = 1
  ) {
    self.name = name
    self.paper = paper
    self.purpose = purpose
    self.sizeDivisor = sizeDivisor
    self.disparityDivisor = disparityDivisor
    self.checkpoints = checkpoints
    self.parameters = disparityDivisor == 0 ? parameters : parameters + [Self.disparityScale]
    self.correlationReach = correlationReach
    self.leastWidth = leastWidth
  }

  /// The values of ``parameters`` for a file of weights.
  ///
  /// - Parameters:
  ///   - given: what the user says; it goes before the file's metadata.
  ///   - weights: the file.
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)``.
  package func values(_ given: [String: String], _ weights: WeightStore) throws(StereoError) -> ParameterValues {
    try ParameterValues(given, metadata: weights.metadata, of: parameters)
  }
}
