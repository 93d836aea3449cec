public import StereoCore
import StereoMatching

/// A method of the registry: what it is and for what, what it needs, takes and gives, and how it is made.
public struct MethodDescription: Sendable {
  /// Its name on the command line.
  public let name: String
  /// Authors, title, venue, year.
  public let paper: String
  /// What it is for, one sentence.
  public let purpose: String
  /// What `--set` changes.
  public let parameters: [MethodParameter]
  /// Its presets, the default one first; `raw` is the method alone.
  public let presets: [MethodPreset]
  /// What it needs in weights.
  public let weights: WeightNeed
  /// What it gives besides the left image's disparities and their validity.
  public let gives: Set<Ability>
  /// The ranges that it searches; others are widened to one of these, and the result is cropped.
  public let ranges: SearchableRanges
  /// The range that it is used with where nobody says one.
  public let defaultRange: Range<Int>

  /// Builds the engine.
  let build: @Sendable (MethodSetup) throws(any Error) -> any StereoMethod

  /// The range of methods that do not name another one.
  public static let standardRange = 0..<192

  /// Whether a method needs weights and where they come from.
  public enum WeightNeed: Sendable, Equatable {
    /// It has no weights.
    case none
    /// Trained weights come with the package; others can be given.
    case bundled(files: [String])
    /// None come with the package: which checkpoint it accepts and how to get one.
    case needed(accepts: String)
  }

  /// What a method can give besides disparities of the left image.
  public enum Ability: String, Sendable, CaseIterable, Comparable {
    /// The disparities of the right image.
    case rightMap = "right-disparity"
    /// Pixels that failed a check are told, and filled where that is wanted.
    case filling
    /// How far each disparity is to be trusted.
    case confidence
    /// The median vertical displacement of the images.
    case verticalFlow = "vertical-flow"

    /// In the order of the cases.
    public static func < (a: Ability, b: Ability) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// A method that a user of the package adds with ``MethodRegistry/register(_:)``; see the properties.
  ///
  /// - Parameters:
  ///   - name: its name on the command line.
  ///   - paper: authors, title, venue, year.
  ///   - purpose: what it is for, one sentence.
  ///   - parameters: what settings change.
  ///   - presets: the default one first.
  ///   - weights: what it needs in weights.
  ///   - gives: what it gives besides the left image's disparities and their validity.
  ///   - ranges: the ranges that it searches.
  ///   - defaultRange: the range where nobody says one.
  ///   - build: makes the engine of what was asked and read; its range is one of `ranges`.
  /// - Precondition: there is a preset.
  public init(
    name: String, paper: String, purpose: String, parameters: [MethodParameter] = [],
    presets: [MethodPreset] = [MethodPreset("raw", "the method alone")], weights: WeightNeed = .none,
    gives: Set<Ability> = [], ranges: SearchableRanges = .any, defaultRange: Range<Int> = standardRange,
    build: @escaping @Sendable (MethodSetup) throws(any Error) -> any StereoMethod
  ) {
    precondition(!presets.isEmpty, "MethodDescription \(name): no preset")
    self.name = name
    self.paper = paper
    self.purpose = purpose
    self.parameters = parameters
    self.presets = presets
    self.weights = weights
    self.gives = gives
    self.ranges = ranges
    self.defaultRange = defaultRange
    self.build = build
  }

  /// The bundled files of weights that are in none of the folders where they are looked for.
  public var missingWeights: [String] {
    guard case .bundled(let files) = weights else { return [] }
    return files.filter { !WeightSource.isBundled($0) }
  }

  /// Whether its cost can be evaluated for a few candidates of every pixel only (`--candidates`).
  public var takesCandidates: Bool { parameters.contains { $0.key == CandidateCount.key } }

  /// The preset of a name; `nil`: the default one.
  ///
  /// - Throws: `StereoError.invalidOption(name:expected:found:)`, with the presets that there are.
  public func preset(named name: String?) throws(StereoError) -> MethodPreset {
    guard let name else { return presets[0] }
    guard let found = presets.first(where: { $0.name == name }) else {
      throw .invalidOption(
        name: "preset of \(self.name)", expected: "one of \(presets.map(\.name).joined(separator: ", "))", found: name)
    }
    return found
  }

  /// What was measured of it, in the order of its presets; see ``MethodMeasurement``.
  public var measured: [MethodMeasurement] {
    presets.flatMap { preset in
      MethodMeasurement.all.filter { $0.method == name && $0.preset == preset.name }
    }
  }
}
