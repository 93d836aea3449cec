import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct MatchingPipelineTests {
  static let full = MatchingPipeline(
    cost: Census(window: .sevenBySeven), aggregations: [CrossBased(armLimit: 4, threshold: 30, iterations: 1)],
    optimisation: SemiGlobalMatching(penalties: .constant(p1: 3, p2: 30)),
    furtherAggregations: [BoxWindow(horizontalRadius: 1, verticalRadius: 1)],
    refinements: [
      LeftRightCheck(), UniquenessCheck(), SpeckleRemoval(size: 5), InterpolateOcclusions(), InterpolateMismatches(),
      SubpixelInterpolation(), MedianFilter(width: 3, height: 3), BilateralFilter(sigma: 1, threshold: 2),
      BackgroundFill(),
    ])

  @Test(arguments: [-5, 0, 7]) func constantDisparityComesOutInBothMaps(d: Int) throws {
    let found = try Self.full.match(shiftedPair(48, 20, by: d), over: DisparityRange(-8..<12))
    for y in 0..<20 {
      for x in 12..<36 {
        #expect(abs(found.left.disparities[y, x] - Float(d)) < 0.25)
        #expect(abs(found.right.disparities[y, x] - Float(d)) < 0.25)
      }
    }
    #expect(found.left.fractions().valid == 1)
    // Only the columns that one camera sees alone were filled.
    #expect(found.left.fractions().filled < 0.3)
  }

  @Test(arguments: [MatchingPipeline.RightDisparities.fromLeftCosts, .fromOwnCosts])
  func everySizeAndRange(right: MatchingPipeline.RightDisparities) throws {
    var pipeline = Self.full
    pipeline.rightDisparities = right
    for (width, height, range) in awkwardCases {
      let found = try pipeline.match(noisePair(width, height), over: DisparityRange(range))
      #expect(found.left.width == width && found.right.height == height)
      for value in found.left.disparities.samples where !value.isNaN {
        #expect(value >= Float(range.lowerBound) - 1 && value <= Float(range.upperBound))
      }
    }
  }

  @Test func aMirroredPairGivesTheMirroredRightMap() throws {
    // Left and right exchange their roles when both images are mirrored. (Correlations do not tie, so that the order of
    // sums, which mirroring changes, decides nothing.)
    var pipeline = Self.full
    pipeline.cost = ZNCC(radius: 1)
    pipeline.optimisation = SemiGlobalMatching(penalties: .constant(p1: 0.1, p2: 0.5))
    pipeline.rightDisparities = .fromOwnCosts
    pipeline.refinements = [LeftRightCheck(), SubpixelInterpolation()]
    let (left, right) = (noise(20, 9, seed: 40, upTo: 90), noise(20, 9, seed: 41, upTo: 90))
    func mirrored(_ rows: [[UInt8]]) -> [[UInt8]] { rows.map { $0.reversed() } }
    let range = DisparityRange(-2..<6)
    let first = try pipeline.match(pair(left, right), over: range)
    let second = try pipeline.match(pair(mirrored(right), mirrored(left)), over: range)
    for y in 0..<9 {
      for x in 0..<20 {
        let (a, b) = (first.right.disparities[y, x], second.left.disparities[y, 19 - x])
        #expect(a.isNaN ? b.isNaN : abs(a - b) < 1e-3)
      }
    }
  }

  @Test func threadsDoNotMatter() throws {
    var all: [[UInt32]] = []
    for threads in [1, 2, 3] {
      let found = try Self.full.match(
        noisePair(70, 21), over: DisparityRange(-3..<14),
        options: MatchingOptions(parallel: Parallel(threads: threads)))
      all.append(
        (found.left.disparities.samples + found.right.disparities.samples + found.confidence.values.samples).bits)
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }

  @Test func cancellingEndsTheRun() {
    let progress = RunProgress()
    progress.cancel()
    #expect(throws: StereoError.cancelled) {
      _ = try Self.full.match(noisePair(4, 4), over: DisparityRange(0..<2), progress: progress)
    }
  }

  /// Cells whose partners are outside have no cost, also where a border is repaired.
  @Test func aRangeThatLeadsOutsideIsMatched() throws {
    let pipeline = MatchingPipeline(cost: Census(), aggregations: [BorderRepair(columns: 4)])
    let found = try pipeline.match(noisePair(20, 6), over: DisparityRange(-10 ..< -2))
    for y in 0..<6 {
      for x in 17..<20 {
        #expect(found.left.disparities[y, x].isNaN && found.left.validity[y, x] == .outOfView)
        #expect(found.confidence.values[y, x] == 0)
      }
    }
  }

  /// Margins add up: windows, then the partner, then the partner's partners.
  @Test func marginsCompose() {
    let local = MatchingPipeline(
      cost: Census(window: .nineBySeven), aggregations: [BoxWindow(horizontalRadius: 2, verticalRadius: 1)],
      refinements: [MedianFilter(width: 5, height: 3)])
    let range = DisparityRange(-3..<11)
    #expect(local.margins(over: range) == Margins(left: 18, top: 5, right: 11, bottom: 5))
    var checked = local
    checked.refinements.insert(LeftRightCheck(), at: 0)
    #expect(checked.margins(over: range) == Margins(left: 31, top: 5, right: 24, bottom: 5))
    checked.optimisation = SemiGlobalMatching(penalties: .constant(p1: 3, p2: 30))
    let rows = Reach.settles(in: 5 + SemiGlobalMatching.settling)
    #expect(checked.margins(over: range).top == rows)
    checked.refinements.append(BackgroundFill())
    #expect(checked.margins(over: range).top == .global && checked.margins(over: range).left == .global)
  }

  /// A tile that overlaps by the margins says the same as the whole.
  @Test func tilesWithMarginsAreTheWhole() throws {
    let pipeline = MatchingPipeline(
      cost: Census(window: .fiveByFive), aggregations: [BoxWindow(horizontalRadius: 1, verticalRadius: 2)],
      refinements: [LeftRightCheck(), MedianFilter(width: 3, height: 5)], confidence: nil)
    let range = DisparityRange(0..<6)
    let margins = pipeline.margins(over: range)
    let (left, right) = (noise(60, 40, seed: 21), noise(60, 40, seed: 22))
    let whole = try pipeline.match(pair(left, right), over: range)
    guard case .pixels(let top) = margins.top, case .pixels(let before) = margins.left,
      case .pixels(let after) = margins.right
    else {
      Issue.record("\(margins)")
      return
    }
    let (rows, columns) = (15 - top..<25 + top, 20 - before..<40 + after)
    let tile = try pipeline.match(
      pair(left[rows].map { Array($0[columns]) }, right[rows].map { Array($0[columns]) }), over: range)
    for y in 15..<25 {
      for x in 20..<40 {
        let (a, b) = (
          whole.left.disparities[y, x], tile.left.disparities[y - rows.lowerBound, x - columns.lowerBound]
        )
        #expect(a.isNaN ? b.isNaN : a == b, "(\(y), \(x)): \(a), \(b)")
      }
    }
  }

  /// Paths settle: a tile with that overlap has nearly the same winners.
  @Test func pathsSettle() throws {
    let pipeline = MatchingPipeline(
      cost: Census(window: .fiveByFive), optimisation: SemiGlobalMatching(penalties: .constant(p1: 2, p2: 16)),
      confidence: nil)
    let (range, overlap) = (DisparityRange(0..<10), SemiGlobalMatching.settling + 2)
    let (left, right) = (noise(30, 2 * overlap + 20, seed: 23, upTo: 9), noise(30, 2 * overlap + 20, seed: 24, upTo: 9))
    let whole = try pipeline.match(pair(left, right), over: range)
    let first = overlap / 2
    let rows = first..<left.count
    let tile = try pipeline.match(pair(Array(left[rows]), Array(right[rows])), over: range)
    var same = 0
    for y in first + overlap..<left.count {
      for x in 0..<30 where whole.left.disparities[y, x] == tile.left.disparities[y - first, x] { same += 1 }
    }
    #expect(Double(same) >= 0.99 * Double(30 * (left.count - first - overlap)), "\(same)")
  }
}
