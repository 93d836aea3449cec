import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

/// Paths over costs in bytes against semi-global matching over the same costs in floats, where all numbers are whole and
/// nothing is rounded: the same sums, bit by bit.
@Suite struct ByteSemiGlobalTests {
  static let rule = PathPenalties.ContrastClasses(p1: 24, p2: 120, q1: 2, q2: 3, verticalDivisor: 2, threshold: 0.9)
  /// Besides the awkward ones, several bands of rows and pieces of columns.
  static let cases = awkwardCases + [(width: 101, height: 19, range: -3..<14), (width: 43, height: 9, range: 0..<50)]

  @Test(arguments: InstructionSet.available, [1, 2, 5])
  func sumsAreThoseOfFloats(instructionSet: InstructionSet, threads: Int) {
    for (width, height, range) in Self.cases {
      let guide = noisePair(width, height, seed: 31, upTo: 90)
      let costs = wholeCosts(width, height, range)
      let quantisation = CostQuantisation(bounds: 0...254, greatestPenalty: 120)
      #expect(quantisation.step == 1)
      var bytes = ByteCostVolume(costs, quantisation, in: context)
      for reference in ReferenceView.allCases {
        if reference == .right { bytes.referenceRight(in: context) }
        let found = winners(
          bytes, guide, reference,
          ComputeContext(instructionSet: instructionSet, parallel: Parallel(threads: threads)))
        let smooth = SemiGlobalMatching(paths: .four, penalties: .contrastClasses(Self.rule))
        let sums =
          reference == .left
          ? smooth.regularise(wholeCosts(width, height, range), of: guide, in: context)
          : smooth.regularise(costs.rightReferenced(), of: guide, in: context)
        for y in 0..<height {
          for x in 0..<width {
            expect(found[y, x], is: (0..<range.count).map { sums.costs[y, x, $0] * 4 })
          }
        }
      }
    }
  }

  @Test func oneRowByHand() {
    // Three pixels, two disparities, no contrast anywhere: P1 = 2, P2 = 2. To the right from (0, 8): m = 0, so
    // (9 + 0, 1 + 2); then m = 3: (4 + 2, 4 + 0). To the left from (4, 4): (9, 1); m = 1: (0 + 2, 8 + 0).
    // Above and below: the costs.
    let costs = ByteCostVolume(
      volume(width: 3, height: 1, 0..<2, [0, 8, 9, 1, 4, 4]), CostQuantisation(bounds: 0...254, greatestPenalty: 2),
      in: context)
    let flat = Plane<UInt8>(width: 3, height: 1, repeating: 7)
    let none = [UInt8](repeating: 0, count: 256)
    let paths = ByteSemiGlobal(
      penalties: .init(
        p1: [2, 2, 2], slantedP1: [2, 2, 2], p2: [2, 2, 2], ownKinds: none, otherKinds: none, outside: 0))
    let found = paths.winners(of: costs.cells, planes: 2, lower: 0, isRight: false, own: flat, other: flat, in: context)
    let expected: [(plane: UInt16, least: UInt16)] = [(0, 2), (1, 6), (1, 16)]
    for x in 0..<3 {
      #expect(found[0, x].plane == expected[x].plane)
      #expect(found[0, x].least == expected[x].least)
    }
  }

  /// The winner of sums of floats; NaN: none.
  private func expect(_ found: PathWinner, is sums: [Float]) {
    guard let least = sums.filter({ !$0.isNaN }).min(), let plane = sums.firstIndex(of: least) else {
      #expect(found == .none)
      return
    }
    #expect(Int(found.plane) == plane && Float(found.least) == least)
    let others = sums.indices.filter { abs($0 - plane) > 1 && !sums[$0].isNaN }.map { sums[$0] }
    let second = others.min().map { UInt16($0) } ?? ByteSemiGlobal.none
    #expect(found.second == second)
    var correction: Float = 0
    if plane > 0, plane + 1 < sums.count {
      let (a, b, c) = (sums[plane - 1], least, sums[plane + 1])
      if a + c - 2 * b > 0 { correction = -(c - a) / (2 * (a + c - 2 * b)) }
    }
    #expect(abs(found.correction - correction) < 1e-6)
  }

  private func winners(
    _ bytes: borrowing ByteCostVolume, _ guide: borrowing RectifiedPair, _ reference: ReferenceView,
    _ context: ComputeContext
  ) -> Plane<PathWinner> {
    let steps = ContrastSteps(Self.rule, bytes.quantisation, of: guide, reference: reference)
    let paths = ByteSemiGlobal(penalties: steps.penalties)
    let range = bytes.range
    return reference == .left
      ? paths.winners(
        of: bytes.cells, planes: range.count, lower: range.lowerBound, isRight: false, own: guide.leftGray,
        other: guide.rightGray, in: context)
      : paths.winners(
        of: bytes.cells, planes: range.count, lower: range.lowerBound, isRight: true, own: guide.rightGray,
        other: guide.leftGray, in: context)
  }

  /// Random whole costs 0 … 254, some of them missing.
  private func wholeCosts(_ width: Int, _ height: Int, _ range: Range<Int>) -> CostVolume {
    var costs = noiseVolume(width: width, height: height, range, seed: 32, missing: 0.05, upTo: 254)
    for y in 0..<height {
      var row = costs.costs.mutableRow(y)
      for i in row.indices { row[i] = row[i].rounded() }
    }
    return costs
  }
}
