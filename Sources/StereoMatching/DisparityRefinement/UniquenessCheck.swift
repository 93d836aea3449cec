public import Kernels
public import StereoCore
import Tensors

/// Marks pixels where a quite different disparity is nearly as good as the best one.
///
///     ambiguous  ⇔  (1 − r) · c₂ ≤ c₁,   c₁ = min_d C(d),   c₂ = min C(d) over |d − d₁| > 1
///
/// Costs are measured from zero, or from the least cost of the volume where that is negative, so that a ratio has a
/// meaning. Pixels that fail are marked ``StereoCore/Validity/ambiguous``; they lose their disparity (NaN) only if asked.
///
/// Source: the uniqueness ratio of OpenCV's StereoSGBM, after Hirschmüller's and Konolige's (SRI Small Vision System).
///
/// Needs the costs.
public struct UniquenessCheck: DisparityRefinement {
  /// The margin r by which the second-best cost must be greater, 0 … 1.
  public let ratio: Float
  /// True: ambiguous pixels lose their disparity.
  public let removes: Bool
  /// Its own pixel only.
  public var margins: Margins { .none }
  /// They must.
  public var needsCosts: Bool { true }

  /// - Parameters:
  ///   - ratio: the margin by which the second-best cost must be greater, 0 … 1.
  ///   - removes: whether ambiguous pixels lose their disparity.
  /// - Precondition: `ratio` is 0 … 1.
  public init(ratio: Float = 0.05, removes: Bool = false) {
    precondition((0...1).contains(ratio), "UniquenessCheck: ratio \(ratio)")
    self.ratio = ratio
    self.removes = removes
  }

  /// The map with its ambiguous pixels marked.
  public func refine(
    _ map: consuming DisparityMap, with evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> DisparityMap {
    let ambiguous = ambiguousPixels(by: evidence, in: context)
    precondition(
      ambiguous.width == map.width && ambiguous.height == map.height,
      "UniquenessCheck: map \(map.height)×\(map.width), costs \(ambiguous.height)×\(ambiguous.width)")
    context.rows(of: &map.validity) { y, row in
      let marks = ambiguous.row(y)
      for x in row.indices where marks[x] { row[x].insert(.ambiguous) }
    }
    if removes {
      context.rows(of: &map.disparities) { y, row in
        let marks = ambiguous.row(y)
        for x in row.indices where marks[x] { row[x] = .nan }
      }
    }
    return map
  }

  private func ambiguousPixels(
    by evidence: borrowing RefinementEvidence, in context: ComputeContext
  ) -> Plane<Bool> {
    let view = evidence.view
    switch evidence.costs {
    case .none: preconditionFailure("UniquenessCheck: the costs are missing")
    case .some(let costs):
      let floor = min(0, costs.bounds(in: context).least)
      var marks = Plane(width: costs.width, height: costs.height, repeating: false)
      context.rows(of: &marks) { y, row in
        for x in row.indices {
          let minima = CostMinima(of: costs, y, x, view: view)
          row[x] = minima.second < .infinity && (1 - ratio) * (minima.second - floor) <= minima.best - floor
        }
      }
      return marks
    }
  }
}

extension UniquenessCheck {
  /// How it is chosen by name.
  static let step = StepDescription<any DisparityRefinement>(
    "uniqueness", "takes away what has a competitor nearly as good",
    [
      MethodParameter(
        "uniqueness", "share by which the second-best cost must be greater than the best", .number(0...1), default: 0.05
      ),
      MethodParameter(
        "uniqueness-removes", "whether ambiguous pixels lose their disparity; else they are only marked", .truth,
        default: true),
    ], notAfter: ["fill": "it would take away what was filled"]
  ) { values in
    [UniquenessCheck(ratio: values.number("uniqueness"), removes: values.truth("uniqueness-removes"))]
  }
}
