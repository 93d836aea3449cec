import GoldenSupport
import NeuralNetwork
import Testing

/// The test vectors of `shared/golden/README.md`, section 1.
@Suite struct SyntheticWeightsTests {
  @Test func hashes() {
    #expect(SyntheticWeights.fnv1a64("") == 0xCBF2_9CE4_8422_2325)
    #expect(SyntheticWeights.fnv1a64("conv1.weight") == 0x69A2_9A2C_EE47_D254)
    #expect(SyntheticWeights.splitmix64(0) == 0xE220_A839_7B1D_CDAF)
    #expect(SyntheticWeights.splitmix64(1) == 0x910A_2DEC_8902_5CC1)
  }

  @Test(arguments: [
    (UInt64(0), [0.5450749397277832, 0.07481473684310913, 0.9600188732147217, 0.843685507774353]),
    (UInt64(1), [0.005962550640106201, 0.7384446859359741, 0.8769109845161438, 0.622977614402771]),
    (UInt64(20260), [0.2873685956001282, 0.9859355688095093, 0.9214529395103455, 0.7677493691444397]),
  ])
  func fractions(seed: UInt64, expected: [Double]) {
    #expect(SyntheticWeights.unit("conv1.weight", count: 4, seed: seed) == expected)
  }

  @Test func values() {
    #expect(
      SyntheticWeights.values("conv1.weight", count: 4, seed: 1, scale: 0.25, offset: 0)
        == [-0.2470187246799469, 0.11922234296798706, 0.1884554922580719, 0.0614888072013855])
    #expect(
      SyntheticWeights.values("bn1.running_var", count: 4, seed: 7, scale: 0.2, offset: 1)
        == [1.1561576128005981, 0.8444092869758606, 1.0714350938796997, 1.1337862014770508])
  }

  @Test(
    .enabled(if: SharedFiles.has("golden"), "\(SharedFiles.missing)"),
    arguments: [("psmnet_stack_v1", 429, 5_235_968), ("mccnn_fast_v1", 10, 148_352), ("gcnet_v1", 179, 2_848_993)])
  func wholeCase(name: String, tensors: Int, elements: Int) throws {
    let golden = try GoldenCase(name)
    let weights = try golden.weights()
    #expect(weights.tensors.count == tensors)
    #expect(weights.tensors.reduce(0) { $0 + $1.count } == elements)
    let disparity = try golden.tensor("disparity")
    #expect(disparity.largestDifference(from: disparity.values) == (disparity.stride == 1 ? 0 : .infinity))
    #expect(golden.outputs.contains { $0.name == "disparity" } && !golden.stages.isEmpty)
  }

  @Test(.enabled(if: SharedFiles.has("golden"), "\(SharedFiles.missing)"))
  func operations() throws {
    let operations = try GoldenOperation.all()
    #expect(operations.count > 80)
    #expect(operations.contains { $0.operation == "conv_batch_norm" && $0.inputs.count == 6 })
  }
}
