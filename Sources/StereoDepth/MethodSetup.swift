public import NeuralNetwork
public import StereoCore
public import StereoMatching

/// What an engine is built of: a request that was read and found right.
public struct MethodSetup: Sendable {
  /// The method's name.
  public let method: String
  /// The preset.
  public let preset: MethodPreset
  /// The disparities to search, a range that the method searches.
  public let range: DisparityRange
  /// How to run, and whether to fill.
  public let options: MatchingOptions
  /// The settings as the user gave them.
  public let settings: [String: String]
  /// The value of every parameter: given, else of the preset, else of the weights' metadata, else the default.
  public let values: ParameterValues
  /// The weights; `nil` for a method that has none.
  public let weights: WeightStore?
  /// Learns what is opened besides.
  let opened: OpenedWeights
}
