import Glibc

/// The plain specification of the operations on values and on the channels of a pixel; `[C, pixels]` in C order.
package enum ReferenceElementwise {
  /// v if v > 0, else slope · v.
  package static func activate(_ value: Float, slope: Float) -> Float { value > 0 ? value : value * slope }

  /// 1 / (1 + e^−x).
  package static func sigmoid(_ value: Float) -> Float { Float(1 / (1 + exp(-Double(value)))) }

  /// Every pixel's channels divided by max(√Σ in², floor).
  package static func normalise(_ input: [Float], channels: Int, floor: Float) -> [Float] {
    let pixels = input.count / channels
    var output = input
    for i in 0..<pixels {
      let norm = (0..<channels).reduce(0.0) { $0 + Double(input[$1 * pixels + i]) * Double(input[$1 * pixels + i]) }
      let divisor = max(norm.squareRoot(), Double(floor))
      for c in 0..<channels { output[c * pixels + i] = Float(Double(input[c * pixels + i]) / divisor) }
    }
    return output
  }

  /// softmax over every pixel's channels.
  package static func softmax(_ input: [Float], channels: Int) -> [Float] {
    let pixels = input.count / channels
    var output = input
    for i in 0..<pixels {
      let greatest = (0..<channels).map { input[$0 * pixels + i] }.max() ?? 0
      let powers = (0..<channels).map { exp(Double(input[$0 * pixels + i] - greatest)) }
      let sum = powers.reduce(0, +)
      for c in 0..<channels { output[c * pixels + i] = Float(powers[c] / sum) }
    }
    return output
  }
}

extension Double {
  /// eˣ.
  static func exponential(_ x: Double) -> Double { exp(x) }
}
