import NeuralNetwork
import Testing

@Suite struct ElementTypeTests {
  /// Every one of the 65536 patterns, against the hardware's or compiler's own type.
  @Test func halvesAreExactBothWays() {
    var wrong = 0
    for bits in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: bits))
      let value = float(fromHalf: bits)
      if expected.isNaN {
        wrong += value.isNaN && half(nearestTo: value) & 0x7E00 == 0x7E00 ? 0 : 1
      } else {
        wrong += value == expected && value.sign == expected.sign && half(nearestTo: value) == bits ? 0 : 1
      }
    }
    #expect(wrong == 0)
  }

  @Test(
    arguments: [
      1.00048828125, 1.0004883, 65519.99, 65520, 1e-8, 2.9802322e-8, 2.9802326e-8, 6.1035156e-5, 6.1005e-5, -0.1,
      3.3e38, -0.0,
    ] as [Float])
  func halvesAreNearest(value: Float) {
    #expect(half(nearestTo: value) == Float16(value).bitPattern)
  }

  @Test func brainFloatsAreNearest() {
    #expect(brainFloat(nearestTo: 1) == 0x3F80)
    #expect(brainFloat(nearestTo: Float(bitPattern: 0x3F80_8000)) == 0x3F80)
    #expect(brainFloat(nearestTo: Float(bitPattern: 0x3F81_8000)) == 0x3F82)
    #expect(brainFloat(nearestTo: Float(bitPattern: 0x3F80_8001)) == 0x3F81)
    #expect(brainFloat(nearestTo: -Float.greatestFiniteMagnitude) == 0xFF80)
    #expect(brainFloat(nearestTo: .nan) == 0x7FC0)
  }
}
