import GoldenSupport
import NeuralNetwork
import Testing

@Suite struct BatchNormalisationTests {
  /// Two channels by hand: √(3 + 1) = 2, √(0.25) = 0.5.
  @Test func foldsByHand() {
    let norm = BatchNormalisation(weight: [4, 1], bias: [1, 0], mean: [3, -1], variance: [3, 0.25], epsilon: 0)
    let exact = BatchNormalisation(weight: [4, 1], bias: [1, 0], mean: [3, -1], variance: [3, 0.25], epsilon: 1)
    #expect(norm.scale[1] == 2)
    #expect(norm.shift[1] == 2)
    #expect(exact.scale[0] == 2)
    #expect(exact.shift[0] == -5)
  }

  /// [out 2, in 1, 2] and its transposed layout [in 1, out 2, 2] scale the same elements.
  @Test func bothLayouts() {
    let norm = BatchNormalisation(weight: [2, 3], bias: [1, 1], mean: [1, 2], variance: [1, 1], epsilon: 0)
    let forward = norm.folded(into: [1, 2, 3, 4], shape: [2, 1, 2], bias: [10, 20])
    let transposed = norm.folded(into: [1, 2, 3, 4], shape: [1, 2, 2], bias: [10, 20], outputAxis: 1)
    #expect(forward.weight == [2, 4, 9, 12])
    #expect(transposed.weight == [2, 4, 9, 12])
    #expect(forward.bias == [19, 55])
    let crossed = norm.folded(into: [1, 2, 3, 4], shape: [2, 2], outputAxis: 1)
    #expect(crossed.weight == [2, 6, 6, 12])
    #expect(crossed.bias == [-1, -5])
  }

  @Test(.enabled(if: SharedFiles.has("golden/ops"), "\(SharedFiles.missing)"))
  func goldenOperations() throws {
    let cases = try GoldenOperation.all().filter { $0.operation == "batch_norm" }
    #expect(!cases.isEmpty)
    for golden in cases {
      let inputs = golden.inputs.map { $0.values() }
      let norm = BatchNormalisation(
        weight: inputs[1].map { $0 + 1.2 }, bias: inputs[2], mean: inputs[3], variance: inputs[4].map { abs($0) + 0.01 }
      )
      let inner = golden.inputs[0].shape.dropFirst(2).reduce(1, *)
      let computed = inputs[0].enumerated().map { position, value in
        norm.scale[position / inner % norm.channels] * value + norm.shift[position / inner % norm.channels]
      }
      #expect(golden.output.largestDifference(from: computed) <= golden.output.tolerance)
    }
  }
}
