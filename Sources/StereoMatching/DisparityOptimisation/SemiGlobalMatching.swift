public import Kernels
public import StereoCore
import Tensors

/// Semi-global matching: the mean, over paths from several directions, of the least cost of reaching a pixel's disparity.
///
///     S(p, d) = 1/|r| Σ_r L_r(p, d)
///
/// with L_r after ``PathStep``. The paper sums; the mean keeps S in the unit of the matching cost and gives the same winners. A cell
/// without cost stays without, and a path does not lead through it.
///
/// This is the general, exact form: any costs, any range, penalties of three kinds. Horizontal paths go over rows side by side,
/// the others row by row with the columns of a row side by side, so the sums have one order for any number of threads.
///
/// Source: Hirschmüller, Stereo processing by semiglobal matching and mutual information, PAMI 2008, section 2.3.
public struct SemiGlobalMatching: DisparityOptimisation {
  /// Pixels in which paths settle: those of ``Kernels/SweepSettings/quality``.
  public static let settling = 48

  /// How many directions paths come from.
  public enum Paths: Int, Sendable, CaseIterable {
    /// Left, right, above.
    case three = 3
    /// Left, right, above, below.
    case four = 4
    /// These and the four diagonals.
    case eight = 8

    var directions: [PathDirection] { Array(PathDirection.eight.prefix(rawValue)) }
  }

  /// How many directions paths come from.
  public var paths: Paths
  /// What changes of disparity cost, in the unit of the matching cost.
  public var penalties: PathPenalties
  /// Paths come from the border; what happens more than ``settling`` pixels away hardly changes a winner.
  public var margins: Margins { Margins(columns: .settles(in: Self.settling), rows: .settles(in: Self.settling)) }

  /// - Parameters:
  ///   - paths: how many directions paths come from.
  ///   - penalties: what changes of disparity cost, in the unit of the matching cost.
  public init(paths: Paths = .eight, penalties: PathPenalties) {
    self.paths = paths
    self.penalties = penalties
  }

  /// `[H, W, D]` mean path costs.
  ///
  /// - Complexity: time O(H · W · D · paths); memory one more volume.
  public func regularise(
    _ costs: consuming CostVolume, of pair: borrowing RectifiedPair, in context: ComputeContext
  ) -> CostVolume {
    precondition(
      pair.width == costs.width && pair.height == costs.height,
      "SemiGlobalMatching: costs \(costs.height)×\(costs.width), pair \(pair.height)×\(pair.width)")
    let source = costs
    var sums = Volume<Float>(width: source.width, height: source.height, depth: source.range.count, repeating: 0)
    for direction in paths.directions {
      let field = StepPenaltyField(
        penalties, direction: direction, of: pair, reference: source.reference, in: context)
      if direction.dy == 0 {
        addHorizontalPaths(source, field, to: &sums, in: context)
      } else {
        addPathsRowByRow(source, field, to: &sums, in: context)
      }
    }
    let share = 1 / Float(paths.rawValue)
    context.rows(of: &sums) { _, row in
      for i in row.indices { row[i] *= share }
    }
    return CostVolume(costs: sums, range: source.range, reference: source.reference)
  }

  /// Paths inside the rows.
  private func addHorizontalPaths(
    _ costs: borrowing CostVolume, _ field: borrowing StepPenaltyField, to sums: inout Volume<Float>,
    in context: ComputeContext
  ) {
    let (width, count) = (costs.width, costs.range.count)
    let forward = field.direction.dx > 0
    context.rows(of: &sums) { y, row in
      var previous = [Float](repeating: .infinity, count: PathStep.length(count))
      var path = previous
      var steps = field.scratch(for: count)
      for i in 0..<width {
        let x = forward ? i : width - 1 - i
        var pixelSums = row._mutatingExtracting(x * count..<(x + 1) * count)
        var pathSpan = path.mutableSpan
        Self.step(costs, field, y, x, from: previous.span, into: &pathSpan, sums: &pixelSums, scratch: &steps)
        swap(&previous, &path)
      }
    }
  }

  /// Paths that come from the row above (or below, if they go up).
  private func addPathsRowByRow(
    _ costs: borrowing CostVolume, _ field: borrowing StepPenaltyField, to sums: inout Volume<Float>,
    in context: ComputeContext
  ) {
    let (width, height) = (costs.width, costs.height)
    let length = PathStep.length(costs.range.count)
    var previous = Plane<Float>(width: length, height: width, repeating: .infinity)
    var current = Plane<Float>(width: length, height: width, repeating: .infinity)
    for i in 0..<height where !context.isCancelled {
      let y = field.direction.dy > 0 ? i : height - 1 - i
      addRow(y, costs, field, from: previous, into: &current, to: &sums, in: context)
      swap(&previous, &current)
    }
  }

  /// The step of all paths to row `y`; `previous` holds the path costs of the row before, one pixel a row.
  private func addRow(
    _ y: Int, _ costs: borrowing CostVolume, _ field: borrowing StepPenaltyField, from previous: borrowing Plane<Float>,
    into current: inout Plane<Float>, to sums: inout Volume<Float>,
    in context: ComputeContext
  ) {
    let (width, count, dx) = (costs.width, costs.range.count, field.direction.dx)
    let outside = Plane<Float>(width: PathStep.length(count), height: 1, repeating: .infinity)
    context.pixels(ofRow: y, of: &sums, with: &current) { x, pixelSums, path in
      var steps = field.scratch(for: count)
      let inside = x - dx >= 0 && x - dx < width
      let from = inside ? previous.row(x - dx) : outside.row(0)
      Self.step(costs, field, y, x, from: from, into: &path, sums: &pixelSums, scratch: &steps)
    }
  }

  /// One step to pixel (y, x) of the path whose costs at the predecessor are `previous`.
  private static func step(
    _ costs: borrowing CostVolume, _ field: borrowing StepPenaltyField, _ y: Int, _ x: Int, from previous: Span<Float>,
    into path: inout MutableSpan<Float>, sums: inout MutableSpan<Float>, scratch: inout [StepPenalties]
  ) {
    let pixelCosts = costs.costs.values(y, x)
    if let step = field.uniform(y, x) {
      PathStep.advance(pixelCosts, from: previous, step, into: &path, sums: &sums)
    } else {
      field.fill(&scratch, y, x, range: costs.range, reference: costs.reference)
      PathStep.advance(pixelCosts, from: previous, scratch, into: &path, sums: &sums)
    }
  }
}

extension SemiGlobalMatching {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityOptimisation>(
    "semi-global", "smooth along paths through the whole image",
    [
      MethodParameter("paths", "how many directions paths come from", .choice(["4", "8"]), default: "8"),
      MethodParameter(
        "p1", "P1: penalty of a step of one disparity, in the unit of the cost", .number(0...1e6),
        defaultMeaning: "what suits the cost"),
      MethodParameter(
        "p2", "P2: penalty of a larger step, in the unit of the cost", .number(0...1e6),
        defaultMeaning: "what suits the cost"),
      MethodParameter(
        "penalties", "whether P2 falls with the difference of intensity (by gradient) or not",
        .choice(["constant", "gradient"]),
        default: "constant"),
    ]
  ) { values in
    let (p1, p2) = (values.number("p1"), values.number("p2"))
    let paths: Paths = values.word("paths") == "4" ? .four : .eight
    let adapts = values.word("penalties") == "gradient"
    return [
      SemiGlobalMatching(
        paths: paths,
        penalties: adapts ? .gradientAdaptive(p1: p1, p2: p2, floor: p1) : .constant(p1: p1, p2: p2))
    ]
  }
}
