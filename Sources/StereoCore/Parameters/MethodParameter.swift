/// A number, choice or text of a method that `--set KEY=VALUE` changes: what it is called, what it means, what it may be.
public struct MethodParameter: Sendable, Hashable {
  /// The name, in small letters with hyphens.
  public let key: String
  /// What it does, with its unit.
  public let meaning: String
  /// What it may be.
  public let domain: ParameterDomain
  /// What it is where neither the user, nor the preset, nor the weights say; `nil`: see ``defaultMeaning``.
  public let defaultValue: ParameterValue?
  /// What holds where there is no ``defaultValue``, in words.
  public let defaultMeaning: String
  /// Whether a file of weights may say it in its metadata: what a checkpoint's tensors do not tell.
  public let isConvention: Bool

  /// - Parameters:
  ///   - key: the name.
  ///   - meaning: what it does, with its unit.
  ///   - domain: what it may be.
  ///   - defaultValue: what it is where nobody says.
  ///   - defaultMeaning: what holds where there is no default.
  ///   - isConvention: whether a file of weights may say it.
  /// - Precondition: `defaultValue` is of `domain`.
  public init(
    _ key: String, _ meaning: String, _ domain: ParameterDomain, default defaultValue: ParameterValue? = nil,
    defaultMeaning: String = "as the preset says", isConvention: Bool = false
  ) {
    self.key = key
    self.meaning = meaning
    self.domain = domain
    self.defaultValue = defaultValue.map { value in
      guard let fitting = domain.fitting(value) else {
        preconditionFailure("MethodParameter \(key): a default of \(value), not \(domain.expectation)")
      }
      return fitting
    }
    self.defaultMeaning = defaultValue.map { "\($0)" } ?? defaultMeaning
    self.isConvention = isConvention
  }
}
