import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct CensusTransformTests {
  static let image = Plane<UInt8>(
    width: 5, height: 5,
    samples: [
      9, 1, 9, 9, 1,
      9, 9, 9, 1, 9,
      1, 9, 5, 9, 9,
      9, 9, 9, 9, 5,
      1, 1, 9, 9, 9,
    ])

  @Test func centreOfFiveByFive() {
    // Less than the centre 5 is less: the ones; 5 itself is not.
    let bits = CensusTransform(window: .fiveByFive)(Self.image, in: context)[2, 2]
    #expect(bits == 0b01001_00010_1000_00000_11000)
  }

  @Test func centreSymmetricHalvesTheBits() {
    // First half of the window against the second turned by 180°:
    // 9 1 9 9 1 | 9 9 9 1 9 | 1 9   against   9 9 9 1 1 | 5 9 9 9 9 | 9 9.
    let bits = CensusTransform(window: .fiveByFive, isCentreSymmetric: true)(Self.image, in: context)[2, 2]
    #expect(bits == 0b00010_10000_00)
  }

  @Test func outsideIsTheNearestPixelInside() {
    // Seen from the upper left corner every row is 9 9 (9) 1 9 or, further down, 9 9 (9) 9 9 and 1 1 (1) 9 5.
    let bits = CensusTransform(window: .fiveByFive)(Self.image, in: context)[0, 0]
    #expect(bits == 0b00010_00010_0010_00000_11101)
  }

  @Test(arguments: CensusTransform.Window.allCases) func numberOfBits(window: CensusTransform.Window) {
    let counts = [CensusTransform.Window.fiveByFive: 24, .sevenBySeven: 48, .nineBySeven: 62]
    #expect(CensusTransform(window: window).bitCount == counts[window])
    #expect(CensusTransform(window: window, isCentreSymmetric: true).bitCount == counts[window]! / 2)
    // A descent to the right and down: every bit of the plain transform right of or below the centre is set.
    let slope = Plane<UInt8>(width: 9, height: 9, samples: (0..<81).map { UInt8(200 - $0) })
    #expect(CensusTransform(window: window)(slope, in: context)[4, 4].nonzeroBitCount == counts[window]! / 2)
    #expect(
      CensusTransform(window: window, isCentreSymmetric: true)(slope, in: context)[4, 4].nonzeroBitCount == counts[
        window]! / 2)
  }

  @Test(arguments: [false, true]) func onlyTheOrderOfIntensitiesCounts(symmetric: Bool) {
    let rows = noise(20, 11, seed: 3, upTo: 100)
    let brighter = rows.map { $0.map { 2 * $0 + 17 } }
    let transform = CensusTransform(window: .nineBySeven, isCentreSymmetric: symmetric)
    let plain = transform(Plane(width: 20, height: 11, samples: rows.flatMap { $0 }), in: context)
    #expect(
      plain.samples == transform(Plane(width: 20, height: 11, samples: brighter.flatMap { $0 }), in: context).samples)
    #expect(Set(plain.samples).count > 200)
  }

  @Test func hammingDistancesAreTheCosts() {
    let pair = noisePair(8, 4)
    let transform = CensusTransform(window: .sevenBySeven)
    let left = transform(pair.leftGray, in: context).samples
    let right = transform(pair.rightGray, in: context).samples
    let costs = Census(window: .sevenBySeven).costs(of: pair, over: DisparityRange(2..<4), in: context)
    #expect(costs.costs[3, 5, 1] == Float((left[3 * 8 + 5] ^ right[3 * 8 + 2]).nonzeroBitCount))
  }
}
