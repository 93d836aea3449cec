public import StereoCore
import StereoMatching

/// One of the things that a benchmark compares: a method with its options, or a folder of maps that somebody else made.
public struct BenchmarkEntry: Sendable {
  /// What it is called in tables, unique among the entries of a comparison.
  public var label: String
  /// Where its disparities come from.
  public var source: Source

  /// Where disparities come from.
  public enum Source: Sendable, Equatable {
    /// A method of the registry.
    case method(MethodChoice)
    /// A folder of maps, found by the names of the frames.
    case maps(folder: String)
  }

  /// - Parameters:
  ///   - label: what it is called in tables.
  ///   - source: where its disparities come from.
  public init(_ label: String, _ source: Source) {
    self.label = label
    self.source = source
  }

  /// An entry as the command line writes it: `METHOD[:PRESET][:KEY=VALUE…]`, or `maps:FOLDER`.
  ///
  /// The keys `weights`, `candidates`, `min-disparity`, `max-disparity` and `fill` are the options of these names; the others
  /// are settings of the method.
  ///
  /// - Parameters:
  ///   - text: the entry.
  ///   - defaults: what it does not say itself.
  /// - Throws: `StereoError.invalidOption(name:expected:found:)`; `StereoError.unknownMethod(name:known:)`.
  public init(parsing text: String, defaults: MethodChoice = MethodChoice()) throws(StereoError) {
    func refuse(_ expected: String) -> StereoError { .invalidOption(name: "--run", expected: expected, found: text) }
    var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let name = parts.removeFirst()
    if name == "maps" {
      let folder = parts.joined(separator: ":")
      guard !folder.isEmpty else { throw refuse("maps:FOLDER") }
      self.init(text, .maps(folder: folder))
      return
    }
    var choice = defaults
    choice.method = try MethodRegistry.method(named: name).name
    if let preset = parts.first, !preset.contains("=") {
      choice.preset = preset
      parts.removeFirst()
    }
    for setting in Self.settings(parts) {
      guard let (key, value) = setting else { throw refuse("METHOD[:PRESET][:KEY=VALUE…] or maps:FOLDER") }
      guard choice.take(key, value) else { throw refuse("a value that \(key) can have") }
    }
    self.init(text, .method(choice))
  }

  /// `KEY=VALUE` of every part; a part without `=` belongs to the value before it, which has a colon then.
  private static func settings(_ parts: [String]) -> [(String, String)?] {
    var joined: [String] = []
    for part in parts {
      if part.contains("=") || joined.isEmpty { joined.append(part) } else { joined[joined.count - 1] += ":" + part }
    }
    return joined.map { text in
      let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return sides.count == 2 && !sides[0].isEmpty ? (String(sides[0]), String(sides[1])) : nil
    }
  }

  /// The label as the name of a folder: letters, digits, `.`, `-`, `_`, `=`.
  var folderName: String {
    let safe = label.map { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_=".contains($0)) ? $0 : "-" }
    return String(safe.prefix(120))
  }
}

/// A method and its options, as a benchmark runs it.
public struct MethodChoice: Sendable, Equatable {
  /// A name of ``MethodRegistry``.
  public var method = "sgm"
  /// One of its presets; `nil`: the default one.
  public var preset: String?
  /// The least disparity that is searched, pixels.
  public var minDisparity = 0
  /// One more than the greatest; `nil`: that of a frame's calibration, else the method's default.
  public var maxDisparity: Int?
  /// Whether pixels that failed a check are filled.
  public var fill = true
  /// A file of weights; `nil`: the bundled ones.
  public var weights: String?
  /// Disparities per pixel that an expensive cost is computed for; `nil`: what the preset says.
  public var candidates: CandidateCount?
  /// Parameters of the method.
  public var settings: [String: String] = [:]

  /// `sgm` as it is.
  public init() {}

  /// Takes `key=value`; false where the value is none that the key can have.
  fileprivate mutating func take(_ key: String, _ value: String) -> Bool {
    switch key {
    case "weights": weights = value
    case "min-disparity", "max-disparity":
      guard let number = Int(value) else { return false }
      if key == "min-disparity" { minDisparity = number } else { maxDisparity = number }
    case "fill":
      guard let flag = ["true": true, "false": false][value] else { return false }
      fill = flag
    case "candidates":
      guard let count = CandidateCount(saying: value) else { return false }
      candidates = count
    default: settings[key] = value
    }
    return true
  }

  /// The range for a frame of this calibration.
  ///
  /// - Throws: `StereoError.invalidRange(minimum:maximum:reason:)`; `StereoError.unknownMethod(name:known:)`.
  func range(for calibration: StereoCalibration?) throws(StereoError) -> DisparityRange {
    let standard = try MethodRegistry.method(named: method).defaultRange.upperBound
    return try DisparityRange(minDisparity, upTo: maxDisparity ?? calibration?.disparityCount ?? standard)
  }

  /// A matcher for frames of this range.
  ///
  /// - Throws: what ``StereoMatcher/init(method:preset:range:options:weights:settings:candidates:)`` throws.
  func matcher(over range: DisparityRange, options: MatchingOptions) throws -> StereoMatcher {
    var options = options
    options.fill = fill
    return try StereoMatcher(
      method: method, preset: preset, range: range, options: options, weights: weights, settings: settings,
      candidates: candidates)
  }

  /// The choice without options that the method has no use for, for comparisons in which others have.
  public func fitted() throws(StereoError) -> MethodChoice {
    var choice = self
    let description = try MethodRegistry.method(named: method)
    if description.weights == .none { choice.weights = nil }
    if !description.takesCandidates { choice.candidates = nil }
    return choice
  }

  /// Everything that changes a result, one part each.
  func parts(preset: String) -> [String] {
    var parts = [
      "preset \(preset)", "min-disparity \(minDisparity)",
      "max-disparity \(maxDisparity.map(String.init) ?? "of the calibration, else the method's")",
      fill ? "fill" : "no-fill",
    ]
    if let weights { parts.append("weights \(weights)") }
    if let candidates { parts.append("candidates \(candidates)") }
    return parts + settings.sorted { $0.key < $1.key }.map { "set \($0.key)=\($0.value)" }
  }
}

extension CandidateCount {
  /// A number from 1 upwards, or `all`; `nil` for anything else.
  public init?(saying text: String) {
    if text == "all" {
      self = .all
    } else if let count = Int(text), count >= 1 {
      self = .least(count)
    } else {
      return nil
    }
  }
}
