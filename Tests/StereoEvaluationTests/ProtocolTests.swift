import StereoEvaluation
import Tensors
import Testing

/// Scores of maps of a few pixels, computed by hand.
@Suite struct ProtocolTests {
  static func plane(_ row: [Float]) -> Plane<Float> { Plane(width: row.count, height: 1, samples: row) }

  static func frame<P: EvaluationProtocol>(_ name: String, _ rules: P, _ estimate: [Float], _ truth: [Float])
    -> ScoredFrame<P.Score>
  {
    ScoredFrame(name: name, score: rules.score(plane(estimate), against: GroundTruth(disparities: plane(truth))))
  }

  @Test func kitti2012IsStrictAbsoluteAndAMeanOverImages() {
    let rules = KITTI2012()
    // Errors 3 (not above 3), 4 (4 % of 100 px: still an outlier), and 0; then one pixel with error 6.
    let frames = [
      Self.frame("a", rules, [13, 104, 7], [10, 100, 7]), Self.frame("b", rules, [16], [10]),
    ]
    let table = rules.summary(of: frames)
    let out = (100.0 / 3.0 + 100.0) / 2.0
    #expect(table["outNoc"]?["3"]?.number == out)
    #expect(table["outNoc"]?["5"]?.number == 50)
    let average = (7.0 / 3.0 + 6.0) / 2.0
    #expect(table["averageNoc"]?.number == average)
    #expect(table["outAll"] == .null)
    #expect(table["variants"]?["outNocPooledOverPixels"]?["3"]?.number == 50)
  }

  @Test func kitti2012CountsAnUnreachedPixelAsMinusOne() {
    let truth = GroundTruth(disparities: Plane(width: 1, height: 3, samples: [1, 2.5, 1]))
    let score = KITTI2012().score(Plane(width: 1, height: 3, samples: [1, .nan, 1]), against: truth)
    #expect(score.noc.errorSum == 3.5 && score.noc.outliers == [1, 1, 1, 0, 0])
    #expect(score.noc.estimated == 2 && score.noc.estimatedErrorSum == 0)
  }

  @Test func kitti2015NeedsBothThresholdsAndPools() {
    let rules = KITTI2015()
    // 3 px is not above 3; 4 of 100 px is only 4 %; 5.5 of 100 px is both; 5 of 100 px is exactly 5 %.
    let frames = [
      Self.frame("a", rules, [13, 104, 105.5, 105], [10, 100, 100, 100]), Self.frame("b", rules, [20], [10]),
    ]
    let table = rules.summary(of: frames)
    #expect(table["d1"]?["all"]?.number == 40)
    #expect(table["d1"]?["foreground"] == .null)
    #expect(table["variants"]?["d1AllMeanOverImages"]?.number == 62.5)
  }

  @Test func middleburyCountsInvalidApart() {
    let rules = Middlebury()
    let frame = Self.frame("a", rules, [10.5, 11.25, .infinity, 20], [10, 10, 10, 10])
    let table = rules.summary(of: [frame])
    #expect(table["bad0.5"]?.number == 50)  // 0.5 is not above 0.5
    #expect(table["bad4"]?.number == 25)
    #expect(table["invalid"]?.number == 25)
    #expect(table["totalBad4"]?.number == 50)
    #expect(table["averageError"]?.number == 11.75 / 3)
    #expect(table["A50"]?.number == 1.25 && table["A99"]?.number == 10)
    let rms = ((0.25 + 1.5625 + 100) / 3.0).squareRoot()
    #expect(abs((table["rms"]?.number ?? 0) - rms) < 1e-12)
  }

  @Test func middleburyTakesMasksScalesClipsAndRounds() {
    var truth = GroundTruth(disparities: Plane(width: 4, height: 2, samples: [8, 8, 30, 30, 8, 8, .nan, 30]))
    truth.mask = Plane(width: 4, height: 2, samples: [255, 128, 255, 255, 255, 0, 255, 255])
    truth.disparityCount = 32
    truth.isInteger = true
    // Half size: 2 · 4.2 = 8.4, rounded to 8; 2 · 20 = 40, clipped to 32.
    let score = Middlebury().score(Plane(width: 2, height: 1, samples: [4.2, 20]), against: truth)
    #expect(score.all.pixels == 7 && score.all.errorSum == 6)
    #expect(score.nonocc?.pixels == 5 && score.nonocc?.bad == [3, 3, 0, 0])
    #expect(Middlebury().accepts(estimate: (2, 1), for: (4, 2)))
    #expect(!Middlebury().accepts(estimate: (2, 2), for: (4, 2)))
    #expect(!Middlebury().accepts(estimate: (3, 1), for: (9, 3)))
  }

  @Test func middleburyWeighsScenes() {
    let rules = Middlebury()
    let frames = [Self.frame("trainingQ/Piano", rules, [1], [1]), Self.frame("trainingQ/PianoL", rules, [9], [1])]
    let table = rules.summary(of: frames)
    #expect(abs((table["bad2"]?.number ?? 0) - 100.0 / 3) < 1e-12)
    #expect(table["variants"]?["plainMeanOverScenes"]?["bad2"]?.number == 50)
    #expect(ETH3D().summary(of: frames)["bad2"]?.number == 50)
  }

  @Test func sceneFlowHasBothLimits() {
    let rules = SceneFlow()
    let frames = [Self.frame("a", rules, [12, 200, .nan, 5], [10, 300, 20, 0])]
    let table = rules.summary(of: frames)
    #expect(table["endPointError"]?.number == 51)
    #expect(table["below192"]?["endPointError"]?.number == 2)
    #expect(table["bad1"]?.number == 100)  // 2, 100 and a missing one; truth 0 is unknown
    #expect(abs((table["bad3"]?.number ?? 0) - 200.0 / 3) < 1e-12)
  }

  @Test func sizesThatDifferStopTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let truth = GroundTruth(disparities: Plane(width: 2, height: 1, repeating: 1))
      _ = KITTI2012().score(Plane(width: 1, height: 2, repeating: 1), against: truth)
    }
  }
}
