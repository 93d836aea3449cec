import GoldenSupport
import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Tensors
import Testing

/// Which disparities the accurate network is asked for, and that it is asked for nothing else.
struct MCCNNCandidatesTests {
  private let range = DisparityRange(-2..<21)
  private let context = ComputeContext(parallel: .serial)

  private static func accurate() throws -> MCCNNAccurate {
    try MCCNNAccurate(GoldenCase("mccnn_accurate_v1").weights())
  }

  private static func fast() throws -> MCCNNFast {
    try MCCNNFast(GoldenCase("mccnn_fast_v1").weights())
  }

  @Test func theLeastLocalMinimaAndTheirNeighbours() {
    //                      0  1  2  3  4  5  6  7
    let costs: [Float] = [5, 3, 4, 4, 1, 2, 9, 0]
    func chosen(_ count: Int, _ planes: Range<Int>) -> [Int] {
      MCCNNAccurate.leastMinima(count, of: costs.span, planes)
    }
    #expect(chosen(1, 0..<8) == [6, 7])
    #expect(chosen(2, 0..<8) == [3, 4, 5, 6, 7])
    #expect(chosen(9, 0..<8) == [0, 1, 2, 3, 4, 5, 6, 7])
    // Plane 7 is not reachable: the minima are 4 and 1.
    #expect(chosen(1, 0..<7) == [3, 4, 5])
    #expect(chosen(3, 2..<3) == [2])
    #expect(chosen(3, 0..<0) == [])
  }

  /// Costs in −1 … 1, minima −0.9 at plane 1 and −0.4 at plane 4: certain by less than their difference.
  @Test func certainPixelsAreNotAskedFor() {
    let costs: [Float] = [0, -0.9, 0, 0, -0.4, 0]
    func chosen(_ certainty: Float, _ planes: Range<Int>) -> [Int] {
      var search = MCCNNCandidateSearch(count: 1, certainty: certainty)
      search.search(costs.span, planes)
      return search.planes
    }
    #expect(chosen(2, 0..<6) == [0, 1, 2] && chosen(0.6, 0..<6) == [0, 1, 2])
    #expect(chosen(0.4, 0..<6) == [])
    // One minimum: the second one costs 1.
    #expect(chosen(1.8, 0..<3) == [] && chosen(1.95, 0..<3) == [0, 1, 2])
  }

  @Test(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
  func candidatesCostWhatTheFullEvaluationSays() throws {
    var (cost, proposer) = try (Self.accurate(), Self.fast())
    let pair = try GoldenCase("mccnn_accurate_v1").pair()
    let full = try cost.costs(of: pair, over: range, in: context)
    let proposals = try proposer.costs(of: pair, over: range, in: context)
    cost.candidates = MCCNNAccurate.Candidates(proposer: proposer, count: 2)
    let some = try cost.costs(of: pair, over: range, in: context)
    var (compared, left) = (0, 0)
    for y in stride(from: 0, to: pair.height, by: 5) {
      for x in 0..<pair.width {
        let planes = range.planes(reachableFrom: x, width: pair.width, reference: .left)
        let chosen = MCCNNAccurate.leastMinima(2, of: proposals.costs.values(y, x), planes)
        for k in 0..<range.count {
          let value = some.costs[y, x, k]
          if chosen.contains(k) {
            #expect(abs(value - full.costs[y, x, k]) < 1e-5, "(\(y), \(x), \(k))")
            compared += 1
          } else {
            let proposal = MCCNNAccurate.likelihood * min(proposals.costs[y, x, k], 0)
            #expect(planes.contains(k) ? value == proposal : value.isNaN, "(\(y), \(x), \(k))")
            left += 1
          }
        }
      }
    }
    #expect(compared > 1000 && left > 1000)
  }

  @Test(
    .enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)), arguments: [nil, 1])
  func bytesAreTheRoundedCosts(candidates: Int?) throws {
    let pair = try GoldenCase("mccnn_accurate_v1").pair()
    var cost = try Self.accurate()
    if let candidates {
      cost.candidates = try MCCNNAccurate.Candidates(proposer: Self.fast(), count: candidates)
    }
    let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: 24.25)
    let direct = try cost.byteCosts(of: pair, over: range, quantisation, in: context)
    let rounded = ByteCostVolume(try cost.costs(of: pair, over: range, in: context), quantisation, in: context)
    for y in 0..<pair.height {
      let same = direct.cells.row(y).withUnsafeBufferPointer { one in
        rounded.cells.row(y).withUnsafeBufferPointer { one.elementsEqual($0) }
      }
      #expect(same, "row \(y)")
    }
  }

  /// The formula at every cell: (1 − a) · the full evaluation + a · 0.84 · the proposer's cost below 0, for candidates and for all.
  @Test(
    .enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)), arguments: [1, nil],
    [0.25, 1] as [Float])
  func blendIsTheWeightedMeanOfBothNetworks(count: Int?, blend: Float) throws {
    var (cost, proposer) = try (Self.accurate(), Self.fast())
    let pair = try GoldenCase("mccnn_accurate_v1").pair()
    let full = try cost.costs(of: pair, over: range, in: context)
    let proposals = try proposer.costs(of: pair, over: range, in: context)
    cost.candidates = MCCNNAccurate.Candidates(proposer: proposer, count: count, blend: blend)
    let blended = try cost.costs(of: pair, over: range, in: context)
    var compared = 0
    for y in stride(from: 0, to: pair.height, by: 7) {
      for x in 0..<pair.width {
        let planes = range.planes(reachableFrom: x, width: pair.width, reference: .left)
        let chosen = count.map { MCCNNAccurate.leastMinima($0, of: proposals.costs.values(y, x), planes) }
        for k in planes {
          let fast = 0.84 * min(proposals.costs[y, x, k], 0)
          let isCompared = chosen?.contains(k) ?? true
          let expected = isCompared ? (1 - blend) * full.costs[y, x, k] + blend * fast : fast
          #expect(abs(blended.costs[y, x, k] - expected) < 1e-5, "(\(y), \(x), \(k))")
          compared += isCompared ? 1 : 0
        }
      }
    }
    #expect(compared > 500)
  }

  /// One layer of one map that passes the pixel on: features are the standardised pixels, −1 and 1. The head adds both, at
  /// least 0, and multiplies by ln 3: a score of 0.5, 0.75 or 0.9.
  @Test func blendByHand() throws {
    let pixel: [Float] = [0, 0, 0, 0, 1, 0, 0, 0, 0]
    let layer = [
      WeightTensor(name: "conv_blocks.0.weight", shape: [1, 1, 3, 3], values: pixel),
      WeightTensor(name: "conv_blocks.0.bias", shape: [1], values: [0]),
    ]
    let head = [
      WeightTensor(name: "fl_blocks.0.weight", shape: [1, 2], values: [1, 1]),
      WeightTensor(name: "fl_blocks.0.bias", shape: [1], values: [0]),
      WeightTensor(name: "fl_blocks.2.weight", shape: [1, 1], values: [1.0986123]),
      WeightTensor(name: "fl_blocks.2.bias", shape: [1], values: [0]),
    ]
    func row() -> Image { Image(format: .gray8, bytes: Plane(width: 4, height: 1, samples: [10, 30, 10, 30])) }
    let pair = try RectifiedPair(left: row(), right: row())
    let proposer = try MCCNNFast(WeightStore(tensors: layer))
    var cost = try MCCNNAccurate(WeightStore(tensors: layer + head))
    func costs(_ count: Int?, _ blend: Float) throws -> [Float] {
      cost.candidates = MCCNNAccurate.Candidates(proposer: proposer, count: count, blend: blend)
      let volume = try cost.costs(of: pair, over: DisparityRange(0..<3), in: context)
      return (0..<3).map { volume.costs[0, 2, $0] }
    }
    // Column 2 is dark, as columns 2 and 0 of the right image are; column 1 is bright.
    let (same, different): (Float, Float) = (0.75 * 0.5 + 0.25 * 0.84, 0.75 * 0.75)
    for (found, expected) in try [
      (costs(nil, 0.25), [-same, -different, -same]), (costs(1, 0.25), [-same, -different, -0.84]),
      (costs(1, 0), [-0.5, -0.75, -0.84]), (costs(nil, 1), [-0.84, 0, -0.84]),
    ] {
      for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-5) }
    }
  }

  @Test func publishedNumbers() {
    let fast = MCCNNParameters(.fast, .kitti2012)
    #expect(fast.penalties.p1 == 4 && fast.penalties.p2 == 55.72 && fast.penalties.verticalDivisor == 1.5)
    #expect(fast.aggregationsBefore == 0 && fast.aggregationsAfter == 0 && fast.checksBothImages)
    let accurate = MCCNNParameters(.accurate, .middlebury)
    #expect(accurate.armLimit == 14 && accurate.aggregationsAfter == 16 && accurate.blurThreshold == 2)
    #expect(!accurate.checksBothImages)
    let sets = MCCNNParameters.Cost.allCases.flatMap { cost in
      MCCNNParameters.DataSet.allCases.map { MCCNNParameters(cost, $0) }
    }
    // Census and absolute differences have one set for both KITTI years.
    #expect(sets.indices.filter { !sets[..<$0].contains(sets[$0]) }.count == 10)
  }
}
