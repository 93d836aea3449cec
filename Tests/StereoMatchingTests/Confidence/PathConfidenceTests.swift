import Glibc
import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct PathConfidenceTests {
  private func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

  /// One row of three disparities; the second-best cost that counts is more than one plane away.
  @Test func byHand() {
    // Pixel 2: costs 1, 1.2, 5 → a gap of 4 in units of 16, a root of ½; the other image agrees. Pixel 3: the same costs, the other
    // image says 3, so 3 pixels apart.
    let row: [Float] = [1, .nan, .nan, 1, 1.2, .nan, 1, 1.2, 5, 1, 1.2, 5]
    let costs = volume(width: 4, height: 1, 0..<3, row)
    let own = map([[0, 0, 0, 0]], 0..<3)
    let evidence = RefinementEvidence(costs: costs, otherMap: map([[0, 0, 0, 3]], 0..<3))
    let found = PathConfidence(scale: PathConfidenceScale(unit: 16)).confidence(of: own, with: evidence, in: context)
    let expected = [
      logistic(-1.304), logistic(-1.304 + 5.515 / 2), logistic(-1.304 + 5.515 / 2 + 0.351 * 3 - 1.375 * 1.5),
    ]
    for (x, value) in zip([1, 2, 3], expected) { #expect(abs(Double(found.values[0, x]) - value) < 1e-5) }
  }

  @Test func withoutDisparityThereIsNone() {
    let costs = volume(width: 1, height: 1, 0..<1, [.nan])
    let evidence = RefinementEvidence(costs: costs, otherMap: map([[.nan]], 0..<1))
    let found = PathConfidence(scale: PathConfidenceScale(unit: 1))
      .confidence(of: map([[.nan]], 0..<1), with: evidence, in: context)
    #expect(found.values.samples == [0])
  }

  /// The winners of bytes say the same as the costs of floats where nothing is rounded, but for a step of ``Logistic``'s tables.
  @Test func bytesAndFloatsAgree() throws {
    let (range, recipe) = (DisparityRange(-2..<24), ByteEngineTests.recipe())
    let images = shiftedPair(90, 40, by: 9)
    var bytes = StereoResult(size: images.size, range: range)
    var floats = StereoResult(size: images.size, range: range)
    try ByteEngine(recipe, range: range).match(images, into: &bytes, progress: RunProgress())
    try FloatEngine(recipe, range: range).match(images, into: &floats, progress: RunProgress())
    let differences = zip(bytes.confidence.values.samples, floats.confidence.values.samples).map { abs($0 - $1) }
    #expect(differences.max() ?? 1 < 0.02)
    #expect(Set(bytes.confidence.values.samples).count > 50)
  }
}
