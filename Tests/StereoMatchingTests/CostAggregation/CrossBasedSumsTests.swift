import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

/// Means of the sums of path costs against the plain ones in floats.
@Suite struct CrossBasedSumsTests {
  static let cases = awkwardCases + [(width: 70, height: 23, range: -3..<37), (width: 40, height: 60, range: 2..<9)]

  /// Whole sums, some of them missing.
  private func sums(_ width: Int, _ height: Int, _ range: Range<Int>, _ reference: ReferenceView, upTo limit: Float)
    -> CostVolume
  {
    var volume = noiseVolume(
      width: width, height: height, range, seed: 12, missing: 0.1, reference: reference, upTo: limit)
    roundToWhole(&volume)
    return volume
  }

  /// The same in 16 bits.
  private func words(_ volume: borrowing CostVolume) -> Volume<UInt16> {
    var words = Volume<UInt16>(
      width: volume.width, height: volume.height, depth: ByteCosts.depth(planes: volume.range.count),
      repeating: ByteSemiGlobal.none)
    for y in 0..<volume.height {
      for x in 0..<volume.width {
        for k in 0..<volume.range.count where !volume.costs[y, x, k].isNaN {
          words[y, x, k] = UInt16(volume.costs[y, x, k])
        }
      }
    }
    return words
  }

  /// Cells that are further from the volume of floats than `tolerance`.
  private func differences(
    _ found: borrowing Volume<UInt16>, _ expected: borrowing CostVolume, tolerance: Float
  ) -> Int {
    var differences = 0
    for y in 0..<found.height {
      for x in 0..<found.width {
        for k in 0..<found.depth {
          let sum = k < expected.range.count ? expected.costs[y, x, k] : .nan
          let same =
            sum.isNaN ? found[y, x, k] == ByteSemiGlobal.none : abs(Float(found[y, x, k]) - sum) <= tolerance
          if !same { differences += 1 }
        }
      }
    }
    return differences
  }

  /// Sums up to 3000 have means of floats that are exact enough to be rounded like whole numbers.
  @Test(arguments: InstructionSet.available, ReferenceView.allCases)
  func agreesWithTheFloatsRoundedAfterEachIteration(instructionSet: InstructionSet, reference: ReferenceView) {
    for limit in [0, 1, 5, 14] {
      for (width, height, range) in Self.cases {
        let guide = noisePair(width, height, upTo: 40)
        let rule = CrossBased(armLimit: limit, threshold: 25, iterations: 2)
        var found = words(sums(width, height, range, reference, upTo: 3000))
        rule.aggregate(
          sums: &found, over: DisparityRange(range), of: reference, guide: guide,
          in: ComputeContext(instructionSet: instructionSet))
        var expected = sums(width, height, range, reference, upTo: 3000)
        for _ in 0..<2 {
          expected = CrossBased(armLimit: limit, threshold: 25, iterations: 1).aggregate(
            expected, guide: guide, in: context)
          roundToWhole(&expected)
        }
        #expect(
          differences(found, expected, tolerance: 0) == 0, "\(width)×\(height), \(range), arm limit \(limit)")
      }
    }
  }

  /// The greatest sums and the longest arms: nothing overflows.
  @Test(arguments: InstructionSet.available) func theGreatestSumsFit(instructionSet: InstructionSet) {
    let (width, height, range) = (140, 130, 0..<3)
    let rule = CrossBased(armLimit: 64, threshold: 1e6, iterations: 1)
    #expect(rule.fitsSums && !CrossBased(armLimit: 65, threshold: 1).fitsSums)
    let guide = noisePair(width, height)
    for limit: Float in [65534, 0] {
      var volume = sums(width, height, range, .left, upTo: limit)
      if limit == 0 { for y in 0..<height { fill(&volume, row: y, with: 65534) } }
      var found = words(volume)
      rule.aggregate(
        sums: &found, over: DisparityRange(range), of: .left, guide: guide,
        in: ComputeContext(instructionSet: instructionSet))
      // Floats of this size are themselves rounded to 1/256.
      #expect(differences(found, rule.aggregate(volume, guide: guide, in: context), tolerance: 0.505) == 0)
    }
  }

  private func fill(_ volume: inout CostVolume, row y: Int, with value: Float) {
    var row = volume.costs.mutableRow(y)
    for i in row.indices where !row[i].isNaN { row[i] = value }
  }

  /// The sums that are kept are those whose winners are taken band by band.
  @Test(arguments: [1, 3], [false, true]) func keptSumsHaveTheSameWinners(threads: Int, isRight: Bool) {
    for (width, height, range) in Self.cases {
      let guide = noisePair(width, height, seed: 31, upTo: 90)
      let costs = noiseVolume(width: width, height: height, range, seed: 7, upTo: 254)
      let quantisation = CostQuantisation(bounds: 0...254, greatestPenalty: 120)
      var bytes = ByteCostVolume(costs, quantisation, in: context)
      if isRight { bytes.referenceRight(in: context) }
      let steps = ContrastSteps(
        ByteSemiGlobalTests.rule, quantisation, of: guide, reference: isRight ? .right : .left)
      let context = context(threads: threads)
      let paths = ByteSemiGlobal(penalties: steps.penalties)
      let (planes, lower) = (range.count, range.lowerBound)
      var sums = paths.sums(
        of: bytes.cells, planes: planes, lower: lower, isRight: isRight, own: guide.leftGray, other: guide.rightGray,
        in: context)
      let kept = paths.winners(of: &sums, planes: planes, in: context)
      let direct = paths.winners(
        of: bytes.cells, planes: planes, lower: lower, isRight: isRight, own: guide.leftGray, other: guide.rightGray,
        in: context)
      #expect(kept.samples == direct.samples, "\(width)×\(height), \(range)")
    }
  }
}
