package import StereoCore

/// The parameters of MC-CNN's pipeline as `--set KEY=VALUE`, so that every number of a preset can be another.
extension MCCNNParameters {
  /// The names of the settings, as in the authors' program but for the words.
  package static let settingKeys = [
    "arm-limit", "arm-threshold", "aggregations-before", "aggregations-after", "p1", "p2", "q1", "q2",
    "vertical-divisor", "contrast", "blur-sigma", "blur-threshold", "border-columns", "check",
  ]

  /// Replaces the parameters that `settings` names.
  ///
  /// - Throws: ``StereoCore/StereoError/invalidOption(name:expected:found:)`` for a value that is no number or outside its
  ///   interval; other keys are left alone.
  package mutating func apply(_ settings: [String: String]) throws(StereoError) {
    armLimit = try Self.whole("arm-limit", settings, 0...(1 << 20)) ?? armLimit
    armThreshold = try Self.number("arm-threshold", settings, 0...1e6) ?? armThreshold
    aggregationsBefore = try Self.whole("aggregations-before", settings, 0...1000) ?? aggregationsBefore
    aggregationsAfter = try Self.whole("aggregations-after", settings, 0...1000) ?? aggregationsAfter
    penalties.p1 = try Self.number("p1", settings, 0...1e6) ?? penalties.p1
    penalties.p2 = try Self.number("p2", settings, 0...1e6) ?? penalties.p2
    penalties.q1 = try Self.number("q1", settings, 1e-3...1e6) ?? penalties.q1
    penalties.q2 = try Self.number("q2", settings, 1e-3...1e6) ?? penalties.q2
    penalties.verticalDivisor = try Self.number("vertical-divisor", settings, 1e-3...1e6) ?? penalties.verticalDivisor
    penalties.threshold = try Self.number("contrast", settings, 0...1e6) ?? penalties.threshold
    blurSigma = try Self.number("blur-sigma", settings, 1e-3...1000) ?? blurSigma
    blurThreshold = try Self.number("blur-threshold", settings, 1e-3...1e6) ?? blurThreshold
    borderColumns = try Self.whole("border-columns", settings, 0...1000) ?? borderColumns
    if let text = settings["check"] {
      guard let value = Bool(text) else {
        throw .invalidOption(name: "check", expected: "true or false", found: text)
      }
      checksBothImages = value
    }
  }

  private static func number(
    _ key: String, _ settings: [String: String], _ interval: ClosedRange<Float>
  ) throws(StereoError) -> Float? {
    guard let text = settings[key] else { return nil }
    guard let value = Float(text), interval.contains(value) else {
      throw .invalidOption(
        name: key, expected: "a number from \(interval.lowerBound) to \(interval.upperBound)", found: text)
    }
    return value
  }

  private static func whole(
    _ key: String, _ settings: [String: String], _ interval: ClosedRange<Int>
  ) throws(StereoError) -> Int? {
    guard let text = settings[key] else { return nil }
    guard let value = Int(text), interval.contains(value) else {
      throw .invalidOption(
        name: key, expected: "a whole number from \(interval.lowerBound) to \(interval.upperBound)", found: text)
    }
    return value
  }
}
