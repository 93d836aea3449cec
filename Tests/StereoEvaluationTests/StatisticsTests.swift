import StereoCore
import StereoEvaluation
import Tensors
import Testing

@Suite struct StatisticsTests {
  static func plane(_ row: [Float]) -> Plane<Float> { Plane(width: row.count, height: 1, samples: row) }

  static func sparsify(_ estimate: [Float], _ truth: [Float], confidence: [Float]) -> Sparsification? {
    Sparsification(of: plane(estimate), truth: plane(truth), confidence: plane(confidence))
  }

  @Test func sparsificationByHand() throws {
    // Errors 4, 2, 0, 2: the least confident pixel has error 4, then 2, then 0.
    let curve = try #require(Self.sparsify([14, 12, 10, 8], [10, 10, 10, 10], confidence: [0.1, 0.3, 0.5, 0.9]))
    #expect(curve.curve[0] == 2 && curve.oracle[0] == 2)
    // At f = 1/2 two pixels are left: errors 2 and 0 by confidence, 0 and 2 by the oracle.
    #expect(curve.curve[25] == 1 && curve.oracle[25] == 1)
    // At the end the most confident pixel is left, whose error is 2; the oracle leaves the right one.
    #expect(curve.curve[49] == 2 && curve.oracle[49] == 0)
    #expect(curve.area > 0)
  }

  @Test func aPerfectConfidenceHasNoArea() throws {
    let estimate = (0..<100).map { Float($0) }
    let truth = [Float](repeating: 0, count: 100)
    let perfect = try #require(Self.sparsify(estimate, truth, confidence: estimate.map { 1 - $0 / 100 }))
    #expect(perfect.area == 0)
    let worst = try #require(Self.sparsify(estimate, truth, confidence: estimate))
    let constant = try #require(Self.sparsify(estimate, truth, confidence: truth))
    #expect(constant.curve.allSatisfy { abs($0 - 49.5) < 1e-9 }, "a constant confidence removes nothing")
    #expect(constant.area > 0.4 && worst.area > constant.area + 0.4)
  }

  @Test func nothingToSparsify() {
    #expect(Self.sparsify([.nan], [1], confidence: [1]) == nil)
    #expect(Sparsification(meanOf: []) == nil)
  }

  @Test func distributionByHand() {
    let one = ErrorDistribution(
      of: Self.plane([10, 10.125, 14, .nan, 400]), truth: Self.plane([10, 10, 10, 10, 300]))
    #expect(one.histogram[0] == 2, "0 and 0.125 are in the first bin")
    #expect(one.histogram[6] == 1 && one.histogram[12] == 1 && one.missing == 1)
    #expect(one.pixels[1] == 3 && one.pixels[31] == 1)
    #expect(one.errorSums[1] == 4.125 && one.outliers[1] == 1)
    var twice = one
    twice.add(one)
    #expect(twice.missing == 2 && twice.histogram[0] == 4 && twice.errorSums[31] == 200)
  }

  @Test func bootstrapSeesAConstantDifference() throws {
    let a = (0..<50).map { Ratio(Double($0), 1) }
    let b = (0..<50).map { Ratio(Double($0) - 1, 1) }
    let result = try #require(PairedBootstrap(a, b))
    #expect(result.first == 24.5 && abs(result.difference + 1) < 1e-12)
    #expect(abs(result.lower + 1) < 1e-9 && abs(result.upper + 1) < 1e-9 && result.isDistinct)
    #expect(PairedBootstrap(a, b) == result, "the draws are not the same")
  }

  @Test func bootstrapKnowsWhenItCannotTell() throws {
    // Differences ±1 in turn: their mean is 0.
    let a = (0..<40).map { _ in Ratio(10, 1) }
    let b = (0..<40).map { Ratio($0 % 2 == 0 ? 11 : 9, 1) }
    let result = try #require(PairedBootstrap(a, b))
    #expect(!result.isDistinct)
    // The standard error of the mean is 1 / √40 = 0.158; 1.96 of it is 0.31.
    #expect(abs(result.upper - 0.31) < 0.08 && abs(result.lower + 0.31) < 0.08)
  }

  @Test func bootstrapPoolsRatios() throws {
    let result = try #require(PairedBootstrap([Ratio(1, 10), Ratio(0, 90)], [Ratio(5, 10), Ratio(0, 90)]))
    #expect(result.first == 0.01 && result.second == 0.05)
    #expect(PairedBootstrap([], []) == nil)
    #expect(PairedBootstrap([Ratio(0, 0)], [Ratio(0, 0)]) == nil)
  }

  @Test func comparisonOfMethods() {
    func frames(_ shift: Float) -> [ScoredFrame<SceneFlow.Score>] {
      (0..<20).map { k in
        let truth = GroundTruth(disparities: Self.plane([10, 20]))
        return ScoredFrame(
          name: "\(k)", score: SceneFlow().score(Self.plane([10 + Float(k), 20 + shift]), against: truth))
      }
    }
    let comparison = MethodComparison(SceneFlow(), [("a", frames(0)), ("b", frames(2))])
    #expect(comparison.differences.count == 1 && comparison.differences[0].bootstrap.difference == 1)
    #expect(comparison.lines.count == 5 && comparison.lines[4].contains("b − a: +1.000"))
    #expect(MethodComparison(SceneFlow(), [("a", frames(0))]).lines.isEmpty)
  }

  @Test func workersFollowThreadsAndMemory() {
    func plan(_ threads: Int, _ frames: Int, bytes: Int, free: Int, asked: Int? = nil) -> WorkerPlan {
      let stage = RunPlan.Stage(name: "all", bytes: bytes, multiplyAdds: 0)
      return WorkerPlan(threads: threads, frames: frames, plan: RunPlan(stages: [stage]), freeBytes: free, asked: asked)
    }
    #expect(plan(8, 100, bytes: 1 << 20, free: 1 << 30).workers == 8)
    #expect(plan(8, 100, bytes: 1 << 30, free: 4 << 30).workers == 2)
    #expect(plan(8, 100, bytes: 1 << 30, free: 4 << 30).threadsEach == 4)
    #expect(plan(8, 3, bytes: 1, free: 1 << 30).workers == 3)
    #expect(plan(2, 100, bytes: 8 << 30, free: 1 << 30).workers == 1)
    #expect(plan(2, 100, bytes: 1, free: 1 << 30, asked: 1).threadsEach == 2)
  }
}
