// What somebody else adds to the package without touching it: a matching cost, a method and a kind of output.

import StereoDepth

/// The difference of intensities' roots, which counts dark differences more.
struct RootDifferences: MatchingCost {
  /// The greatest cost.
  let limit: Float

  var margins: Margins { .none }

  func costs(of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext) -> CostVolume {
    let (limit, lower, count, width) = (limit, range.lowerBound, range.count, pair.width)
    let roots = (0...255).map { Float($0).squareRoot() }
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    for y in 0..<pair.height {
      let (left, right) = (pair.leftGray.row(y), pair.rightGray.row(y))
      var row = costs.mutableRow(y)
      for x in 0..<width {
        for k in range.planes(reachableFrom: x, width: width, reference: .left) {
          row[x * count + k] = min(abs(roots[Int(left[x])] - roots[Int(right[x - lower - k])]), limit)
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }

  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "root-differences", "counts differences in the dark more",
    [MethodParameter("root-limit", "the greatest cost, roots of gray levels", .number(0.1...16), default: 4)],
    suits: ["p1": 0.4, "p2": 4]
  ) { [RootDifferences(limit: $0.number("root-limit"))] }
}

/// `smoothest`: somebody's method, here a pipeline with his cost and penalties of his own.
let smoothest = MethodDescription(
  name: "smoothest", paper: "none", purpose: "a method of a package of one's own, with its presets and settings",
  parameters: [MethodParameter("strength", "factor of both penalties", .number(0.1...10), default: 1)],
  presets: [
    MethodPreset("smooth", "surfaces", ["strength": 2]), MethodPreset("raw", "the cost alone", ["strength": 0.1]),
  ], gives: [.rightMap, .filling, .confidence]
) { setup in
  let strength = setup.values.number("strength")
  return MatchingPipeline(
    cost: RootDifferences(limit: 4),
    optimisation: SemiGlobalMatching(paths: .four, penalties: .constant(p1: 0.4 * strength, p2: 4 * strength)),
    refinements: [LeftRightCheck(), MedianFilter(), BackgroundFill()]
  ).engine(over: setup.range, options: setup.options)
}

/// `mean`: a text file with the mean disparity.
let meanOutput = OutputKind(
  "mean", purpose: "The mean disparity, as text.", operation: "writing a mean disparity", endings: ["txt"]
) { (_, result, _, path) throws(FileError) in
  var (sum, number) = (Float(0), 0)
  for y in 0..<result.left.height {
    for x in 0..<result.left.width where !result.left.disparities[y, x].isNaN {
      sum += result.left.disparities[y, x]
      number += 1
    }
  }
  try AtomicFile.save(
    Array("\(sum / Float(max(number, 1)))\n".utf8), to: path, operation: "writing a mean disparity")
  return OutputRemarks()
}
