/// One expected tensor of a golden case.
package struct GoldenTensor: Sendable {
  /// Its name in `expected.safetensors`: `disparity`, `input_left`, `stage/left.firstconv`, …
  package let name: String
  /// Full shape, slowest axis first.
  package let shape: [Int]
  /// Distance between stored elements in C order; 1 if all are stored.
  package let stride: Int
  /// Largest absolute difference of a correct float32 engine.
  package let tolerance: Float
  /// The stored elements: 0, stride, 2 · stride, … of the full tensor.
  package let values: [Float]

  /// How far `computed` is from this tensor.
  ///
  /// - Parameter computed: the full tensor in C order; its shape's product must be that of `shape`.
  /// - Returns: the largest absolute difference over the stored elements; infinity if the element counts differ, or if one of
  ///   the two is not a number where the other is.
  package func largestDifference(from computed: [Float]) -> Float {
    guard computed.count == shape.reduce(1, *) else { return .infinity }
    var largest: Float = 0
    for (i, expected) in values.enumerated() {
      let value = computed[i * stride]
      if expected.isNaN != value.isNaN { return .infinity }
      if !expected.isNaN { largest = max(largest, abs(value - expected)) }
    }
    return largest
  }
}
