/// The values of a method's parameters: the one reader of settings.
///
/// Of what the user gives, what the preset says, what a file of weights says of its conventions and the default, the first that
/// there is counts.
public struct ParameterValues: Sendable, Hashable {
  private var values: [String: ParameterValue] = [:]
  /// The keys that the user gave.
  public let given: Set<String>

  /// Reads settings.
  ///
  /// - Parameters:
  ///   - settings: what the user gives, by key.
  ///   - preset: what the preset says, by key.
  ///   - metadata: what a file of weights says; only conventions are looked for.
  ///   - parameters: all parameters that the method has.
  /// - Precondition: the preset's values are of the parameters' domains.
  /// - Throws: ``StereoError/invalidOption(name:expected:found:)`` for a key that there is not, with those that there are, and
  ///   for a value outside its interval.
  public init(
    _ settings: [String: String] = [:], preset: [String: ParameterValue] = [:], metadata: [String: String] = [:],
    of parameters: [MethodParameter]
  ) throws(StereoError) {
    let known = Set(parameters.map(\.key))
    for key in settings.keys.sorted() where !known.contains(key) {
      throw .invalidOption(
        name: "--set", expected: known.isEmpty ? "no settings" : "one of \(known.sorted().joined(separator: ", "))",
        found: key)
    }
    given = Set(settings.keys)
    for parameter in parameters {
      let text = settings[parameter.key]
      let told = parameter.isConvention ? metadata[parameter.key] : nil
      if let text = text ?? (preset[parameter.key] == nil ? told : nil) {
        guard let value = parameter.domain.value(of: text) else {
          throw .invalidOption(name: parameter.key, expected: parameter.domain.expectation, found: text)
        }
        values[parameter.key] = value
      } else if let value = preset[parameter.key] {
        guard let fitting = parameter.domain.fitting(value) else {
          preconditionFailure("a preset's \(parameter.key) of \(value), not \(parameter.domain.expectation)")
        }
        values[parameter.key] = fitting
      } else {
        values[parameter.key] = parameter.defaultValue
      }
    }
  }

  /// The same with values for keys that have none yet.
  public func completed(by others: [String: ParameterValue]) -> ParameterValues {
    var copy = self
    copy.values.merge(others) { own, _ in own }
    return copy
  }

  /// The value of a key, if it has one.
  public subscript(key: String) -> ParameterValue? { values[key] }

  /// The value of a whole number.
  ///
  /// - Precondition: `key` has a value of this kind, as in all that follow.
  public func whole(_ key: String) -> Int {
    guard case .whole(let value) = values[key] else { missing(key, "whole number") }
    return value
  }

  /// The value of a number.
  public func number(_ key: String) -> Float {
    switch values[key] {
    case .number(let value): return Float(value)
    case .whole(let value): return Float(value)
    default: missing(key, "number")
    }
  }

  /// The value of a truth.
  public func truth(_ key: String) -> Bool {
    guard case .truth(let value) = values[key] else { missing(key, "truth") }
    return value
  }

  /// The value of a choice or text.
  public func word(_ key: String) -> String {
    guard case .word(let value) = values[key] else { missing(key, "word") }
    return value
  }

  /// The value of a list.
  public func words(_ key: String) -> [String] {
    guard case .words(let value) = values[key] else { missing(key, "list") }
    return value
  }

  private func missing(_ key: String, _ kind: String) -> Never {
    preconditionFailure("ParameterValues: \(key) is no \(kind): \(values[key].map { "\($0)" } ?? "it has no value")")
  }
}
