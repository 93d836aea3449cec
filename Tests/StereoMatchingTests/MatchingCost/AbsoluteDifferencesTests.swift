import StereoCore
import StereoMatching
import Testing

@Suite struct AbsoluteDifferencesTests {
  @Test func byHand() {
    let pair = pair([[10, 20, 30]], [[12, 25, 30]])
    let costs = AbsoluteDifferences().costs(of: pair, over: DisparityRange(0..<2), in: context)
    // x = 0: |10 − 12|, none; x = 1: |20 − 25|, |20 − 12|; x = 2: |30 − 30|, |30 − 25|.
    #expect(costs.costs.samples.bits == [2, .nan, 5, 8, 0, 5].bits)
  }

  @Test func truncation() {
    let pair = pair([[10, 20, 30]], [[12, 25, 30]])
    let costs = AbsoluteDifferences(truncation: 4).costs(of: pair, over: DisparityRange(0..<2), in: context)
    #expect(costs.costs.samples.bits == [2, .nan, 4, 4, 0, 4].bits)
  }

  @Test func negativeDisparitiesLookToTheRight() {
    let pair = pair([[10, 20, 30]], [[12, 25, 30]])
    let costs = AbsoluteDifferences().costs(of: pair, over: DisparityRange(-2..<0), in: context)
    #expect(costs.costs.samples.bits == [20, 15, .nan, 10, .nan, .nan].bits)
  }
}
