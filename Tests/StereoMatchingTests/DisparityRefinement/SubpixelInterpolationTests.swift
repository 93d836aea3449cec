import StereoCore
import StereoMatching
import Testing

@Suite struct SubpixelInterpolationTests {
  /// The middle one of three planes, for the last pixel of a row, which reaches them all.
  static func refined(_ below: Float, _ centre: Float, _ above: Float, _ curve: SubpixelInterpolation.Curve) -> Float {
    var costs = [Float](repeating: .nan, count: 9)
    costs[6...] = [below, centre, above]
    return SubpixelInterpolation(curve: curve).refine(
      map([[0, 0, 1]], 0..<3), with: RefinementEvidence(costs: volume(width: 3, height: 1, 0..<3, costs)), in: context
    ).disparities[0, 2]
  }

  @Test func parabola() {
    // (d − 1.25)² at 0, 1, 2.
    #expect(Self.refined(1.5625, 0.0625, 0.5625, .parabola) == 1.25)
    #expect(Self.refined(4, 1, 4, .parabola) == 1)
  }

  @Test func equiangular() {
    // |d − 1.25| at 0, 1, 2.
    #expect(Self.refined(1.25, 0.25, 0.75, .equiangular) == 1.25)
    #expect(Self.refined(0.75, 0.25, 1.25, .equiangular) == 0.75)
  }

  @Test func clampedToOnePixel() {
    // Not a minimum: the parabola through 0, 1, 2.1 turns far away.
    #expect(Self.refined(0, 1, 2.1, .parabola) == 0)
  }

  @Test func flatAndConcaveCostsChangeNothing() {
    #expect(Self.refined(2, 2, 2, .parabola) == 1)
    #expect(Self.refined(1, 2, 1, .parabola) == 1)
    #expect(Self.refined(2, 2, 2, .equiangular) == 1)
    #expect(Self.refined(.nan, 1, 2, .parabola) == 1)
  }

  @Test func endsOfTheRangeAndFractionsStay() {
    let costs = volume(width: 3, height: 1, -1..<2, [1, 2, 3, 1, 2, 3, 1, 2, 3])
    let found = SubpixelInterpolation().refine(
      map([[-1, 1, 0.5]], -1..<2), with: RefinementEvidence(costs: costs), in: context)
    #expect(found.disparities.samples == [-1, 1, 0.5])
  }

  @Test func rightMapsReadTheDiagonal() {
    // Right pixel 0, d = 1: C(0, 0), C(1, 1), C(2, 2) = 3, 1, 2.
    let costs = volume(width: 3, height: 1, 0..<3, [3, .nan, .nan, 0, 1, .nan, 0, 0, 2])
    let found = SubpixelInterpolation().refine(
      map([[1, 0, 0]], 0..<3), with: RefinementEvidence(view: .right, costs: costs), in: context)
    // δ = −(2 − 3) / (2 (2 + 3 − 2)) = 1/6.
    #expect(abs(found.disparities[0, 0] - (1 + 1 / 6)) < 1e-6)
  }
}
