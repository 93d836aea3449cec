import GoldenSupport
import ImageFiles
import Kernels
import StereoCore
import StereoMatching
import StereoNetworks
import Testing

/// Which disparities the accurate network is asked for, and that it is asked for nothing else.
struct MCCNNCandidatesTests {
  @Test func theLeastLocalMinimaAndTheirNeighbours() {
    //                      0  1  2  3  4  5  6  7
    let costs: [Float] = [5, 3, 4, 4, 1, 2, 9, 0]
    func chosen(_ count: Int, _ planes: Range<Int>) -> [Int] {
      costs.withUnsafeBufferPointer { MCCNNAccurate.leastMinima(count, of: $0, planes) }
    }
    #expect(chosen(1, 0..<8) == [6, 7])
    #expect(chosen(2, 0..<8) == [3, 4, 5, 6, 7])
    #expect(chosen(9, 0..<8) == [0, 1, 2, 3, 4, 5, 6, 7])
    // Plane 7 is not reachable: the minima are 4 and 1.
    #expect(chosen(1, 0..<7) == [3, 4, 5])
    #expect(chosen(3, 2..<3) == [2])
    #expect(chosen(3, 0..<0) == [])
  }

  @Test(.enabled(if: SharedFiles.has("golden"), Comment(rawValue: SharedFiles.missing)))
  func candidatesCostWhatTheFullEvaluationSays() throws {
    let golden = try GoldenCase("mccnn_accurate_v1")
    let proposer = try MCCNNFast(GoldenCase("mccnn_fast_v1").weights(), parallel: .serial)
    let pair = try RectifiedPair(left: readImage(golden.leftImagePath), right: readImage(golden.rightImagePath))
    let range = DisparityRange(-2..<21)
    var cost = try MCCNNAccurate(golden.weights(), parallel: .serial)
    let full = cost.costs(of: pair, over: range)
    let proposals = proposer.costs(of: pair, over: range)
    cost.candidates = MCCNNAccurate.Candidates(proposer: proposer, count: 2)
    let some = cost.costs(of: pair, over: range)
    var (compared, left) = (0, 0)
    for y in stride(from: 0, to: pair.height, by: 5) {
      for x in 0..<pair.width {
        let planes = range.planes(reachableFrom: x, width: pair.width, reference: .left)
        let chosen = proposals.costs.values(y, x).withUnsafeBufferPointer {
          MCCNNAccurate.leastMinima(2, of: $0, planes)
        }
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
    let golden = try GoldenCase("mccnn_accurate_v1")
    let pair = try RectifiedPair(left: readImage(golden.leftImagePath), right: readImage(golden.rightImagePath))
    let range = DisparityRange(-2..<21)
    var cost = try MCCNNAccurate(golden.weights(), parallel: .serial)
    if let candidates {
      let proposer = try MCCNNFast(GoldenCase("mccnn_fast_v1").weights(), parallel: .serial)
      cost.candidates = MCCNNAccurate.Candidates(proposer: proposer, count: candidates)
    }
    let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: 24.25)
    let direct = cost.byteCosts(of: pair, over: range, quantisation)
    let rounded = ByteCostVolume(cost.costs(of: pair, over: range), quantisation, parallel: .serial)
    for y in 0..<pair.height {
      let same = direct.cells.row(y).withUnsafeBufferPointer { one in
        rounded.cells.row(y).withUnsafeBufferPointer { one.elementsEqual($0) }
      }
      #expect(same, "row \(y)")
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
