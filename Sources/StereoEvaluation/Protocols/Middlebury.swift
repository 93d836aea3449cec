public import Files
public import Tensors

/// Middlebury stereo, version 3: bad pixels, average error and error quantiles, as a weighted mean over the scenes.
///
/// With a mask the numbers are those of *nonocc* (mask = 255); *all* (every known pixel) stands beside them. Without a
/// mask there is only *all*.
///
/// Source: Scharstein et al., GCPR 2014; `evaldisp` and the table of vision.middlebury.edu/stereo/eval3.
public struct Middlebury: EvaluationProtocol {
  /// Scenes of the training set that count half, as the web table has it: each is a harder twin of another scene.
  public static let halfWeightScenes: Set<String> = ["PianoL", "Playroom", "Playtable", "Shelves", "Vintage"]

  /// The rules of Middlebury version 3.
  public init() {}

  /// Middlebury version 3.
  public var name: BenchmarkName { .middlebury }

  /// One frame of Middlebury or ETH3D.
  public struct Score: FrameScore {
    /// Every pixel with known truth.
    public var all: MiddleburyMeasures
    /// Pixels whose mask is 255; `nil` without a mask.
    public var nonocc: MiddleburyMeasures?

    /// What the table shows: *nonocc* where there is a mask.
    public var shown: MiddleburyMeasures { nonocc ?? all }
    /// Evaluated pixels.
    public var truthPixels: Int { shown.pixels }
    /// Whether both sets have all their numbers.
    public var isWhole: Bool { all.isWhole && nonocc?.isWhole != false }
  }

  /// Equal sizes, or a truth 2 or 4 times as large.
  public func accepts(estimate: (width: Int, height: Int), for truth: (width: Int, height: Int)) -> Bool {
    MiddleburyMeasures.accepts(estimate: estimate, for: truth)
  }

  /// Scores one estimate over all known pixels and, with a mask, over non-occluded ones.
  public func score(_ estimate: borrowing Plane<Float>, against truth: borrowing GroundTruth) -> Score {
    Score(estimate, truth)
  }

  /// One frame's numbers; `bad2` is the headline.
  public func metrics(of score: Score) -> [Metric] { score.metrics(headline: "bad2") }

  /// The weighted means over the scenes (`nonocc` with masks, else `all`), both sets by name, and the plain mean.
  public func summary(of frames: [ScoredFrame<Score>]) -> OrderedJSON {
    middleburyTable(name, frames, weight: Self.weight).appending([
      (
        "variants",
        .object([
          ("plainMeanOverScenes", .object(middleburyMeans(frames.map { ($0.score.shown, 1) })))
        ])
      )
    ])
  }

  /// Bad pixels by threshold, errors, invalid pixels.
  public var overview: [ScoreOverview.Row] { MiddleburyMeasures.overview }

  /// bad 2.0, weighted.
  public func headline(of frame: ScoredFrame<Score>) -> Ratio {
    let weight = Self.weight(of: frame.name)
    return frame.score.shown.badPercent(2).map { Ratio($0 * weight, weight) } ?? Ratio(0, 0)
  }

  /// ½ for the scenes that the web table weighs so, else 1.
  static func weight(of name: String) -> Double {
    let scene = name.split(separator: "/").last.map(String.init) ?? name
    return halfWeightScenes.contains(scene) ? 0.5 : 1
  }
}

extension Middlebury.Score {
  /// Both sets of pixels.
  init(_ estimate: borrowing Plane<Float>, _ truth: borrowing GroundTruth) {
    all = MiddleburyMeasures(of: estimate, truth: truth, masked: false)
    switch truth.mask {
    case .some: nonocc = MiddleburyMeasures(of: estimate, truth: truth, masked: true)
    case .none: nonocc = nil
    }
  }

  /// The shown numbers with `headline` first, then those over all pixels if others are shown.
  func metrics(headline: String) -> [Metric] {
    let shown = shown.metrics()
    return shown.filter { $0.name == headline } + shown.filter { $0.name != headline }
      + (nonocc == nil ? [] : all.metrics(suffix: "All"))
  }
}

/// The table of Middlebury and ETH3D, each number a weighted mean over the frames where it is defined.
func middleburyTable(
  _ name: BenchmarkName, _ frames: [ScoredFrame<Middlebury.Score>], weight: (String) -> Double
) -> OrderedJSON {
  let masked = !frames.isEmpty && frames.allSatisfy { $0.score.nonocc != nil }
  func means(_ measures: (Middlebury.Score) -> MiddleburyMeasures) -> [(String, OrderedJSON)] {
    middleburyMeans(frames.map { (measures($0.score), weight($0.name)) })
  }
  return .object(
    [
      ("protocol", .string(name.rawValue)), ("frames", .integer(frames.count)),
      ("pixels", .string(masked ? "nonocc" : "all")),
    ] + means { masked ? $0.shown : $0.all } + [
      ("nonocc", masked ? .object(means { $0.shown }) : .null), ("all", .object(means { $0.all })),
    ])
}

/// Weighted means of every number, by name.
func middleburyMeans(_ measures: [(MiddleburyMeasures, weight: Double)]) -> [(String, OrderedJSON)] {
  let rows = measures.map { $0.0.metrics() }
  guard let names = rows.first?.map(\.name) else { return [] }
  return names.indices.map { k in
    var sum = Ratio(0, 0)
    for (row, measure) in zip(rows, measures) {
      guard let value = row[k].value else { continue }
      sum.numerator += value * measure.weight
      sum.denominator += measure.weight
    }
    return (names[k], .number(sum.denominator > 0 ? sum.numerator / sum.denominator : nil))
  }
}
