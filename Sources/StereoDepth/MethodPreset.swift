public import StereoCore

/// Numbers that go together: parameters of a method with their values, named for a purpose.
public struct MethodPreset: Sendable, Equatable {
  /// Its name on the command line.
  public let name: String
  /// What it is for.
  public let purpose: String
  /// What it says of parameters, by key.
  public let values: [String: ParameterValue]
  /// The bundled model whose weights it takes; `nil`: that of the method's default preset, if it has any.
  public let weights: String?
  /// The parameters that have an effect with it; `nil`: all.
  public let takes: Set<String>?

  /// - Parameters:
  ///   - name: its name on the command line.
  ///   - purpose: what it is for.
  ///   - values: what it says of parameters.
  ///   - weights: the bundled model whose weights it takes.
  ///   - takes: the parameters that have an effect with it; `nil`: all.
  public init(
    _ name: String, _ purpose: String, _ values: [String: ParameterValue] = [:], weights: String? = nil,
    takes: Set<String>? = nil
  ) {
    self.name = name
    self.purpose = purpose
    self.values = values
    self.weights = weights
    self.takes = takes
  }
}
