internal import NeuralNetwork
public import StereoCore
public import StereoMatching

/// A method of the registry: what it is, what it needs, and how it is made.
public struct MethodDescription: Sendable {
  /// Its name on the command line.
  public let name: String
  /// Authors, title, venue, year.
  public let paper: String
  /// Presets, the default one first; `raw` is the method alone.
  public let presets: [String]
  /// What it needs in weights.
  public let weights: WeightNeed
  /// The range that it is used with where nobody says one.
  public let defaultRange: Range<Int>
  /// Whether its cost can be evaluated for a few candidates of every pixel only (`--candidates`).
  public var takesCandidates = false
  /// The models that should be bundled and are not.
  public var missingWeights: [String] {
    guard case .bundled(let files) = weights else { return [] }
    return files.filter { !BundledModels.has($0) }
  }
  /// Makes it ready for use.
  let make: @Sendable (MethodRequest) throws(any Error) -> any StereoMethod

  /// Whether a method needs weights and where they come from.
  public enum WeightNeed: Sendable, Equatable {
    /// It has no weights.
    case none
    /// Trained weights come with the package; others can be given.
    case bundled(files: [String])
    /// None come with the package: which checkpoint it accepts and how to get one.
    case needed(accepts: String)
  }
}

/// For how many disparities of every pixel an expensive cost is evaluated.
public enum CandidateCount: Sendable, Equatable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// For the whole range.
  case all
  /// For this many, the most plausible ones.
  case least(Int)

  /// So that `candidates: 4` can be written.
  public init(integerLiteral value: Int) { self = .least(value) }

  /// As on the command line.
  public var description: String {
    switch self {
    case .all: "all"
    case .least(let count): "\(count)"
    }
  }
}

/// What is asked of a method when it is made.
public struct MethodRequest: Sendable {
  /// The preset, one of the method's.
  public var preset: String
  /// The disparities to search.
  public var range: DisparityRange
  /// How to run, and whether to fill.
  public var options: MatchingOptions
  /// A file of weights; `nil`: the bundled ones.
  public var weights: String?
  /// `--set KEY=VALUE`: conventions that a checkpoint does not tell, and parameters of a method.
  public var settings: [String: String]
  /// `--candidates K`, for methods that have it; `nil`: what the preset says, else all.
  public var candidates: CandidateCount?

  /// A request; everything but the range has a default.
  public init(
    preset: String, range: DisparityRange, options: MatchingOptions = MatchingOptions(), weights: String? = nil,
    settings: [String: String] = [:], candidates: CandidateCount? = nil
  ) {
    self.preset = preset
    self.range = range
    self.options = options
    self.weights = weights
    self.settings = settings
    self.candidates = candidates
  }

  /// What was opened to make the method, for ``StereoMatcher/weights``.
  let opened = OpenedWeights()

  /// Opens the given file of weights, else a bundled model, and remembers it.
  ///
  /// - Parameters:
  ///   - path: the file; `nil`: the bundled model.
  ///   - model: the bundled model, if there is one for the method.
  /// - Returns: `nil` if neither is there.
  /// - Throws: `WeightError`.
  func openWeights(_ path: String?, else model: String?) throws(WeightError) -> WeightStore? {
    let store: WeightStore? =
      if let path { try WeightStore(path: path) } else if let model { try BundledModels.store(of: model) } else { nil }
    if let store { opened.add(store) }
    return store
  }

  /// Refuses settings that the method does not know, so that a misspelt one is not silently without effect.
  ///
  /// - Throws: `StereoError.invalidOption(name:expected:found:)`.
  func allowSettings(_ known: Set<String>) throws(StereoError) {
    for key in settings.keys.sorted() where !known.contains(key) {
      throw .invalidOption(
        name: "--set", expected: known.isEmpty ? "no settings" : "one of \(known.sorted().joined(separator: ", "))",
        found: key)
    }
  }
}
