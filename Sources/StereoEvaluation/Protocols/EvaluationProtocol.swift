public import Files
public import Tensors

/// A benchmark's rules: what is counted in one frame and how frames become the numbers of its table.
///
/// A frame's score holds counts and sums, never rounded rates, so that pooling over images and means over images are
/// both exact, and a stored score gives the same table as a fresh one.
public protocol EvaluationProtocol: Sendable {
  /// What is kept of a frame.
  associatedtype Score: FrameScore

  /// How the command line and reports call the benchmark.
  var name: BenchmarkName { get }

  /// Scores one estimate.
  ///
  /// - Parameters:
  ///   - estimate: `[H, W]` disparities, pixels; NaN or infinity: none.
  ///   - truth: what is known of the scene. Its size must be one that the benchmark accepts for the estimate
  ///     (``accepts(estimate:for:)``); anything else is a programmer's mistake.
  func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Score

  /// True if an estimate of this size can be scored against a truth of that size: (width, height) pixels.
  func accepts(estimate: (width: Int, height: Int), for truth: (width: Int, height: Int)) -> Bool

  /// The benchmark's table over all frames, as the command line's `--json` prints it, without `perFrame`.
  func summary(of frames: [ScoredFrame<Score>]) -> OrderedJSON

  /// The numbers of ``summary(of:)`` that people quote, in the order in which they are read.
  var overview: [ScoreOverview.Row] { get }

  /// The numbers of one frame, for tables of frames: the first is the benchmark's headline number.
  func metrics(of score: Score) -> [Metric]

  /// The share of a frame in the benchmark's headline number: Σ numerator / Σ denominator over the frames.
  func headline(of frame: ScoredFrame<Score>) -> Ratio
}

extension EvaluationProtocol {
  /// Equal sizes.
  public func accepts(estimate: (width: Int, height: Int), for truth: (width: Int, height: Int)) -> Bool {
    estimate == truth
  }

  /// The benchmark's table with the numbers of every frame under `perFrame`.
  public func report(of frames: [ScoredFrame<Score>]) -> OrderedJSON {
    let rows = frames.map { frame in
      OrderedJSON.object(
        [("frame", .string(frame.name))] + metrics(of: frame.score).map { ($0.name, OrderedJSON.number($0.value)) })
    }
    return summary(of: frames).appending([("perFrame", .array(rows))])
  }
}

/// What is kept of a scored frame.
public protocol FrameScore: Codable, Sendable, Equatable {
  /// Number of pixels with known truth that count.
  var truthPixels: Int { get }
  /// Whether every list has the length that it is written with: a stored score may have been changed by others.
  var isWhole: Bool { get }
}

extension FrameScore {
  /// A score without lists.
  public var isWhole: Bool { true }
}

/// A frame's score and its name.
public struct ScoredFrame<Score: FrameScore>: Sendable {
  /// The frame's name, such as `000003_10` or `Motorcycle`.
  public let name: String
  /// Its score.
  public let score: Score

  /// - Parameters:
  ///   - name: the frame's name.
  ///   - score: its score.
  public init(name: String, score: Score) {
    self.name = name
    self.score = score
  }
}

/// One number of a frame.
public struct Metric: Sendable, Equatable {
  /// Its name, as JSON and tables show it.
  public let name: String
  /// Its value in `unit`; `nil` where it is not defined (no pixel of that kind).
  public let value: Double?
  /// What it is measured in.
  public let unit: Unit

  /// What a metric is measured in.
  public enum Unit: String, Sendable {
    /// Percent of pixels.
    case percent = "%"
    /// Pixels of disparity.
    case pixels = "px"
  }

  /// - Parameters:
  ///   - name: its name.
  ///   - value: its value; `nil`: not defined.
  ///   - unit: what it is measured in.
  public init(_ name: String, _ value: Double?, _ unit: Unit = .percent) {
    self.name = name
    self.value = value
    self.unit = unit
  }
}

/// A fraction whose parts are summed over frames before it is divided.
public struct Ratio: Sendable, Equatable {
  /// What is summed above the bar.
  public var numerator: Double
  /// What is summed below the bar.
  public var denominator: Double

  /// - Parameters:
  ///   - numerator: above the bar.
  ///   - denominator: below the bar.
  public init(_ numerator: Double, _ denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }
}

/// The benchmarks whose rules are known.
public enum BenchmarkName: String, CaseIterable, Sendable, Codable {
  /// KITTI stereo 2012: Out-Noc, Out-All.
  case kitti2012
  /// KITTI stereo 2015: D1.
  case kitti2015
  /// Middlebury stereo, version 3.
  case middlebury
  /// ETH3D two-view stereo.
  case eth3d
  /// Scene Flow (FlyingThings3D, Driving, Monkaa): end-point error.
  case sceneflow

  /// The name as people write it.
  public var title: String {
    switch self {
    case .kitti2012: "KITTI 2012"
    case .kitti2015: "KITTI 2015"
    case .middlebury: "Middlebury v3"
    case .eth3d: "ETH3D two-view"
    case .sceneflow: "Scene Flow"
    }
  }
}

/// 100 · part / whole, or `nil` if there is no whole.
func percent(_ part: Int, of whole: Int) -> Double? { whole > 0 ? 100 * Double(part) / Double(whole) : nil }

/// The mean of the values that are there, or `nil` if there is none.
func mean(_ values: [Double?]) -> Double? {
  let known = values.compactMap { $0 }
  return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
}
