/// Parameters made from their names, so that golden cases need no trained weights.
///
///     base  = fnv1a64(KEY) XOR (seed · 0x9E3779B97F4A7C15)
///     u     = (splitmix64(base + i) >> 40) / 2^24                 in [0, 1)
///     value = Float(offset + scale · (2u − 1))                    in Double, rounded once
///
/// All integer arithmetic is modulo 2^64. Source: `shared/golden/README.md`, section 1.
package enum SyntheticWeights {
  private static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// FNV-1a of the UTF-8 bytes of `text`, 64 bits.
  package static func fnv1a64(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The output of SplitMix64 for state `x`.
  package static func splitmix64(_ x: UInt64) -> UInt64 {
    var z = x &+ golden
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Elements `0 ..< count` of u for the tensor `key`: 24-bit fractions in [0, 1).
  package static func unit(_ key: String, count: Int, seed: UInt64) -> [Double] {
    let base = fnv1a64(key) ^ (seed &* golden)
    return (0..<UInt64(count)).map { Double(splitmix64(base &+ $0) >> 40) / 0x1p24 }
  }

  /// The elements of the tensor `key` in C order.
  package static func values(_ key: String, count: Int, seed: UInt64, scale: Double, offset: Double) -> [Float] {
    unit(key, count: count, seed: seed).map { Float(offset + scale * (2 * $0 - 1)) }
  }
}
