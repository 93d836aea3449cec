public import StereoCore
public import StereoMatching

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

  /// The parameter that it is a short form of.
  static let key = "candidates"
}

/// What is asked of a method.
public struct MethodRequest: Sendable {
  /// A name of ``MethodRegistry``.
  public var method: String
  /// The preset, one of the method's; `nil`: its default.
  public var preset: String?
  /// The disparities to search; `nil`: the method's default range.
  public var range: DisparityRange?
  /// How to run, and whether to fill.
  public var options: MatchingOptions
  /// A file of weights; `nil`: the bundled ones.
  public var weights: String?
  /// `--set KEY=VALUE`: conventions that a checkpoint does not tell, and parameters of a method.
  public var settings: [String: String]
  /// `--candidates K`, for methods that have it; `nil`: what the preset says, else all.
  public var candidates: CandidateCount?
  /// What the method must be able to give: one that is not is refused.
  public var needs: Set<MethodDescription.Ability>

  /// What was opened to make the method, for ``StereoMatcher/weights``.
  var opened = OpenedWeights()

  /// A request; everything has a default.
  public init(
    method: String = "sgm", preset: String? = nil, range: DisparityRange? = nil,
    options: MatchingOptions = MatchingOptions(), weights: String? = nil, settings: [String: String] = [:],
    candidates: CandidateCount? = nil, needs: Set<MethodDescription.Ability> = []
  ) {
    self.method = method
    self.preset = preset
    self.range = range
    self.options = options
    self.weights = weights
    self.settings = settings
    self.candidates = candidates
    self.needs = needs
  }
}
