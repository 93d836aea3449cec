import StereoCore
import StereoMatching
import Testing

@Suite struct BackgroundFillTests {
  @Test func theDevelopmentKitsRule() {
    let found = BackgroundFill().refine(
      map([
        [.nan, .nan, .nan, .nan, .nan],
        [.nan, 7, .nan, 4, .nan],
        [.nan, .nan, .nan, .nan, .nan],
        [1, .nan, .nan, .nan, 2],
        [.nan, .nan, .nan, .nan, .nan],
      ]), with: RefinementEvidence(), in: context)
    let none = Float.nan
    #expect(
      found.disparities.samples.bits
        == [
          7, 7, 4, 4, 4,
          7, 7, 4, 4, 4,
          none, none, none, none, none,
          1, 1, 1, 1, 2,
          1, 1, 1, 1, 2,
        ].bits)
    #expect(found.validity[1, 1] == [])
    #expect(found.validity[1, 2] == .filled)
    #expect(found.validity[4, 4] == .filled)
    #expect(found.validity[2, 2] == [])
  }

  @Test func aMapWithoutAnyDisparityStays() {
    let found = BackgroundFill().refine(map([[.nan, .nan]]), with: RefinementEvidence(), in: context)
    #expect(found.disparities.samples.bits == [Float.nan, .nan].bits)
    #expect(found.validity.samples == [[], []])
  }
}
