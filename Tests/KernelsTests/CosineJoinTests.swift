import Kernels
import Testing

/// MC-CNN's join of one row against its plain form, for every instruction set and awkward sizes.
struct CosineJoinTests {
  /// Width, channels, lower, count.
  static let sizes: [(Int, Int, Int, Int)] = [
    (1, 1, 0, 1), (5, 3, 0, 9), (16, 64, 0, 16), (17, 16, -4, 9), (33, 64, 0, 70), (50, 112, 7, 12), (40, 8, -60, 100),
    (12, 16, 30, 5),
  ]

  @Test(arguments: InstructionSet.available) func agreesWithThePlainForm(instructionSet: InstructionSet) {
    for (width, channels, lower, count) in Self.sizes {
      var state: UInt32 = 7
      func values(_ count: Int) -> [Float] {
        (0..<count).map { _ in
          state = state &* 1_664_525 &+ 1_013_904_223
          return Float(state >> 8) / Float(1 << 24) - 0.5
        }
      }
      let (left, right) = (values(width * channels), values(width * channels))
      let expected = CosineJoin.reference(
        width: width, channels: channels, lower: lower, count: count, left: left, right: right)
      var out = [Float](repeating: .nan, count: width * count)
      var scratch = [Float](repeating: 0, count: CosineJoin.scratchFloats(width: width, channels: channels))
      CosineJoin.join(
        width: width, channels: channels, lower: lower, count: count, left: left, right: right, pixel: channels,
        into: &out, scratch: &scratch, instructionSet: instructionSet)
      for (computed, expected) in zip(out, expected) {
        if let expected {
          #expect(abs(computed - expected) < 1e-5, "\(width)×\(channels), \(lower), \(count)")
        } else {
          #expect(computed.isNaN, "\(width)×\(channels), \(lower), \(count): a cell without partner was written")
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available) func bytesAreTheRoundedProducts(instructionSet: InstructionSet) {
    for (width, channels, lower, count) in Self.sizes {
      let values = (0..<width * channels).map { Float(($0 * 7919) % 101) / 101 - 0.5 }
      let expected = CosineJoin.reference(
        width: width, channels: channels, lower: lower, count: count, left: values, right: values.reversed())
      let depth = ByteCosts.depth(planes: count)
      var out = [UInt8](repeating: 7, count: width * depth)
      var scratch = [Float](repeating: 0, count: CosineJoin.scratchFloats(width: width, channels: channels))
      CosineJoin.joinToBytes(
        width: width, channels: channels, lower: lower, count: count, left: values, right: values.reversed(),
        pixel: channels, offset: -2, scale: 50, into: &out, scratch: &scratch, instructionSet: instructionSet)
      for x in 0..<width {
        for k in 0..<depth {
          guard k < count, let product = expected[x * count + k] else {
            #expect(out[x * depth + k] == ByteCosts.noCost)
            continue
          }
          let exact = min(max((product + 2) * 50, 0), Float(ByteCosts.greatest))
          #expect(abs(Float(out[x * depth + k]) - exact) <= 0.51, "\(width)×\(channels), \(lower), \(count)")
        }
      }
    }
  }

  @Test func threePixelsByHand() {
    // One channel; left 1 2 3, right 4 5 6. Plane 0: −1·4, −2·5, −3·6; plane 1: none, −2·4, −3·5.
    var out = [Float](repeating: .nan, count: 6)
    var scratch = [Float](repeating: 0, count: CosineJoin.scratchFloats(width: 3, channels: 1))
    CosineJoin.join(
      width: 3, channels: 1, lower: 0, count: 2, left: [1, 2, 3], right: [4, 5, 6], pixel: 1, into: &out,
      scratch: &scratch, instructionSet: .portable)
    #expect(out[0] == -4 && out[1].isNaN)
    #expect(Array(out[2...]) == [-10, -8, -18, -15])
  }
}
