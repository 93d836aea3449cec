import Kernels
import NeuralNetwork
import StereoCore
import StereoMatching
import StereoNetworks
import Synchronization
import Tensors
import Testing

/// Learned costs are matching costs like any other, and any cost can stand in front of MC-CNN's steps.
struct MCCNNCompositionTests {
  private static func costs() throws -> [any ByteMatchingCost] {
    let fast = try MCCNNFast(WeightStore(tensors: MCCNNFixtures.layer))
    let accurate = try MCCNNAccurate(
      WeightStore(tensors: MCCNNFixtures.layer + MCCNNFixtures.head),
      candidates: MCCNNAccurate.Candidates(proposer: fast, count: 1, blend: 1))
    return [fast, accurate, PatchCensus(), PatchAbsoluteDifferences()]
  }

  private static func pair() -> RectifiedPair { MCCNNFixtures.pair(width: 48, height: 20, disparity: 5) }

  /// Shares of the pixels away from the borders that are right.
  private static func right(_ map: borrowing DisparityMap) -> Double {
    var right = 0
    for y in 4..<16 { for x in 20..<40 where abs(map.disparities[y, x] - 5) < 0.5 { right += 1 } }
    return Double(right) / (12 * 20)
  }

  @Test func everyCostWithEveryStep() throws {
    let aggregations: [any CostAggregation] = [
      BoxWindow(horizontalRadius: 1, verticalRadius: 1), CrossBased(armLimit: 4, threshold: 30),
      BorderRepair(columns: 2),
    ]
    let penalties = PathPenalties.ContrastClasses(p1: 0.02, p2: 0.2, q1: 2, q2: 2, verticalDivisor: 1, threshold: 0.1)
    let optimisations: [SemiGlobalMatching?] = [
      nil, SemiGlobalMatching(paths: .eight, penalties: .constant(p1: 0.02, p2: 0.2)),
      SemiGlobalMatching(paths: .four, penalties: .contrastClasses(penalties)),
    ]
    let refinements: [any DisparityRefinement] = [
      LeftRightCheck(), UniquenessCheck(), SpeckleRemoval(size: 5), InterpolateOcclusions(), InterpolateMismatches(),
      SubpixelInterpolation(), MedianFilter(width: 3, height: 3), BilateralFilter(sigma: 1, threshold: 2),
      BackgroundFill(),
    ]
    for cost in try Self.costs() {
      for aggregation in aggregations {
        for optimisation in optimisations {
          let pipeline = MatchingPipeline(
            cost: cost, aggregations: [aggregation], optimisation: optimisation, refinements: refinements)
          let found = try pipeline.match(Self.pair(), over: DisparityRange(0..<12))
          #expect(Self.right(found.left) > 0.9, "\(cost), \(aggregation), \(String(describing: optimisation))")
        }
      }
    }
  }

  /// The ten sets of the authors, in bytes as the methods run them and as a pipeline of floats, with every cost in front.
  @Test func everyPublishedSet() throws {
    for kind in MCCNNParameters.Cost.allCases {
      for dataSet in MCCNNParameters.DataSet.allCases {
        var parameters = MCCNNParameters(kind, dataSet)
        // Penalties of census fit costs of bits; these costs are smaller.
        (parameters.penalties.p1, parameters.penalties.p2) = (0.02, 0.2)
        for cost in try Self.costs() {
          let range = DisparityRange(0..<12)
          let floats = try parameters.pipeline(cost, precision: .floats).match(Self.pair(), over: range)
          #expect(Self.right(floats.left) > 0.9, "\(cost), \(kind), \(dataSet)")
          let recipe = parameters.pipeline(cost)
          #expect(recipe.choice(over: range).engine == "bytes", "\(recipe.choice(over: range))")
          let bytes = try recipe.match(Self.pair(), over: range)
          #expect(Self.right(bytes.left) > 0.9, "\(cost), \(kind), \(dataSet), bytes")
        }
      }
    }
  }

  /// By hand: 2·(9·4) for the features of a pixel, 12·4 for its products, 2·(4·8) for the halves, 3 candidates of 8 each.
  @Test func theWorkIsPlanned() throws {
    let works = try Self.costs().map {
      $0.multiplyAdds(for: PixelSize(width: 10, height: 2), over: DisparityRange(0..<12))
    }
    #expect(works == [20 * (72 + 48), 20 * (72 + 64 + 24 + 72 + 48), 0, 0])
  }

  /// Costs tell how far they are, and end where they are no longer wanted.
  @Test func progressComesFromTheCosts() throws {
    func image() -> Image { Image(format: .gray8, bytes: Plane<UInt8>(width: 8, height: 100, repeating: 7)) }
    let pair = try RectifiedPair(left: image(), right: image())
    for cost in try Self.costs() {
      let shares = Mutex<[Double]>([])
      let told = ComputeContext(report: { _, share in shares.withLock { $0.append(share) } })
      let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: 1)
      _ = try cost.byteCosts(of: pair, over: DisparityRange(0..<3), quantisation, in: told)
      shares.withLock { #expect($0.count == 4 && $0 == $0.sorted() && $0.last == 1) }
      let unwanted = ComputeContext(isCancelled: { true })
      #expect(throws: StereoError.cancelled) {
        _ = try cost.byteCosts(of: pair, over: DisparityRange(0..<3), quantisation, in: unwanted)
      }
    }
  }
}
