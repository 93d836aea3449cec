public import Kernels
public import StereoCore

/// The numbers of a semi-global sweep that settings change: window, paths, penalties.
///
/// P2 falls with the gray difference g of two neighbours: P2(g) = max(floor, P2 / (1 + g / halving)), never below P1.
public struct SweepNumbers: Sendable, Equatable {
  /// What the census compares.
  public enum Window: String, CaseIterable, Sendable {
    /// Half with the centre, half opposite pixels: see ``Kernels/SweepSettings/checkeredAndSymmetric``.
    case mixed
    /// 5 × 5 pixels with their centre.
    case fiveByFive = "5x5"
    /// 7 × 7 pixels with their centre.
    case sevenBySeven = "7x7"
    /// 9 × 7 pixels with their centre.
    case nineBySeven = "9x7"
  }

  /// What the census compares.
  public var window = Window.mixed
  /// Which neighbours path costs come from.
  public var paths: SweepSettings.Paths
  /// Penalty of a step of one disparity, bits of the census.
  public var p1 = 9
  /// Penalty of a larger step between equal neighbours, bits of the census.
  public var p2: Int
  /// Gray difference at which P2 is half.
  public var halving = 12.0
  /// The least P2, bits of the census.
  public var floor: Int
  /// Rows beyond a band in which paths settle that come from other rows.
  public var settlingRows = 16

  /// What the sweep is told.
  public var settings: SweepSettings {
    let greatest = max(p2, p1)
    return SweepSettings(
      pattern: window.pattern, paths: paths, p1: UInt8(p1),
      p2: SweepSettings.adaptive(p2: Double(greatest), halving: halving, floor: Double(min(max(floor, p1), greatest))),
      settlingRows: settlingRows)
  }
}

extension SweepNumbers.Window {
  /// Comparisons, as many as the sweep takes: those of the centre with itself are never true.
  var pattern: [SweepSettings.CensusPair] {
    let (rx, ry, count) =
      switch self {
      case .mixed: (0, 0, 0)
      case .fiveByFive: (2, 2, 32)
      case .sevenBySeven: (3, 3, 64)
      case .nineBySeven: (4, 3, 64)
      }
    if self == .mixed { return SweepSettings.checkeredAndSymmetric }
    var pairs: [SweepSettings.CensusPair] = []
    for dy in -ry...ry {
      for dx in -rx...rx where (dy, dx) != (0, 0) {
        pairs.append(SweepSettings.CensusPair((Int8(dy), Int8(dx)), (0, 0)))
      }
    }
    return pairs + Array(repeating: SweepSettings.CensusPair((0, 0), (0, 0)), count: count - pairs.count)
  }
}

/// The numbers as settings.
extension SweepNumbers {
  /// The parameters; presets say what they are.
  public static let parameters = [
    MethodParameter(
      "window",
      "what the census compares: mixed (16 neighbours with the centre, 15 pairs of opposite ones in 9×7 pixels), or all "
        + "neighbours with the centre", .choice(Window.allCases.map(\.rawValue)), default: "mixed"),
    MethodParameter(
      "paths", "directions that paths come from: from above, left and right; also from below; also diagonals",
      .choice(["3", "4", "8"])),
    MethodParameter("p1", "P1: penalty of a step of one disparity, bits of the census", .whole(0...191)),
    MethodParameter(
      "p2", "P2: penalty of a larger step between neighbours of equal intensity, bits of the census (never below P1)",
      .whole(0...191)),
    MethodParameter("p2-halving", "gray difference of neighbours at which P2 is half", .number(0.01...1e4)),
    MethodParameter("p2-floor", "the least P2, bits of the census", .whole(0...191)),
    MethodParameter(
      "settling-rows", "rows beyond a band in which vertical paths settle: more is slower and closer to whole paths",
      .whole(0...1000)),
  ]

  /// The values of ``parameters``: what a preset says.
  public var values: [String: ParameterValue] {
    [
      "window": .word(window.rawValue), "paths": .word("\(paths.rawValue)"), "p1": .whole(p1), "p2": .whole(p2),
      "p2-halving": .number(halving), "p2-floor": .whole(floor), "settling-rows": .whole(settlingRows),
    ]
  }

  /// The numbers that the values of ``parameters`` are.
  public init(_ values: ParameterValues) {
    guard let window = Window(rawValue: values.word("window")),
      let paths = Int(values.word("paths")).flatMap({ SweepSettings.Paths(rawValue: $0) })
    else { preconditionFailure("SweepNumbers: window \(values.word("window")), \(values.word("paths")) paths") }
    self.init(paths: paths, p2: values.whole("p2"), floor: values.whole("p2-floor"))
    self.window = window
    p1 = values.whole("p1")
    // As written, not as a float.
    if case .number(let number) = values["p2-halving"] { halving = number }
    settlingRows = values.whole("settling-rows")
  }
}

extension SweepRefinement {
  /// The parameters of what is done with the winners.
  public static let parameters = [
    MethodParameter(
      "check-threshold", "difference of both images' disparities at which a pixel fails, pixels", .number(0...1000),
      default: 2.125),
    MethodParameter(
      "uniqueness",
      "share by which the second-best sum of path costs must be greater than the best, else the pixel loses its "
        + "disparity; 0: not compared (otherwise a byte more for every pixel and disparity)", .number(0...1), default: 0
    ),
    MethodParameter(
      "speckle-size", "the largest patch that is removed, pixels", .whole(0...1 << 28), default: 100),
    MethodParameter(
      "speckle-difference", "the greatest difference of neighbours in one patch, pixels of disparity",
      .number(0...1000),
      default: 1),
  ]

  /// What the values of ``parameters`` are.
  public init(_ values: ParameterValues) {
    self.init(
      tolerance: Int((16 * values.number("check-threshold")).rounded()), speckleSize: values.whole("speckle-size"),
      speckleDifference: Int((16 * values.number("speckle-difference")).rounded()),
      uniqueness: values.number("uniqueness"))
  }
}
