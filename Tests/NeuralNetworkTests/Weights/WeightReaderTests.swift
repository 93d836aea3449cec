import NeuralNetwork
import Testing

@Suite struct WeightReaderTests {
  let store = try! WeightStore(tensors: [
    WeightTensor(name: "first.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]),
    WeightTensor(name: "first.bias", shape: [2], values: [7, 8]),
    WeightTensor(name: "second.weight", shape: [4, 2], values: [Float](repeating: 1, count: 8)),
    WeightTensor(name: "head.num_batches_tracked", shape: [], values: [3]),
    WeightTensor(name: "training.loss", shape: [1], values: [0]),
  ])

  @Test func takesByPath() throws {
    let reader = store.reader()
    let first = reader.scope("first")
    #expect(first.tensor("weight", shape: [2, 3]).values() == [1, 2, 3, 4, 5, 6])
    #expect(first.tensor("bias", shape: [nil]).values() == [7, 8])
    #expect(first.extent("weight", axis: 1, rank: 2) == 3)
    #expect(reader.scope("second").tensorIfPresent("bias", shape: [4]) == nil)
    _ = reader.tensor("second.weight", shape: [4, nil])
    #expect(reader.containsScope("training") && !reader.containsScope("train"))
    try reader.finish(ignoring: ["training.*"])
  }

  @Test func manyProblemsMakeAShortLine() {
    let problems = (0..<500).map { "surplus layer\($0).weight [64, 64, 3, 3]" }
    let text = WeightError.mismatch(path: "other.pth", problems: problems).description
    #expect(text.hasPrefix("other.pth: the tensors do not fit: surplus layer0.weight [64, 64, 3, 3]; surplus layer1"))
    #expect(text.contains("; … 488 more …; surplus layer496.weight"))
    #expect(text.hasSuffix("layer499.weight [64, 64, 3, 3]"))
    #expect(text.count < 600)
    let few = WeightError.mismatch(path: "a", problems: Array(problems.prefix(13))).description
    #expect(!few.contains("more"))
  }

  @Test func listsEveryProblemAtOnce() {
    let reader = store.reader()
    let wrong = reader.scope("first").tensor("weight", shape: [3, nil])
    _ = reader.scope("first").tensor("bias", shape: [2])
    let missing = reader.tensor("third.weight", shape: [5, nil])
    _ = reader.tensor("third.weight", shape: [5, nil])
    reader.note(problem: "no deconvolution")
    #expect(wrong.shape == [3, 1] && wrong.values() == [0, 0, 0])
    #expect(missing.shape == [5, 1])
    #expect(
      throws: WeightError.mismatch(
        path: "memory",
        problems: [
          "first.weight: expected [3, any], found [2, 3]", "missing third.weight [5, any]", "no deconvolution",
          "surplus second.weight [4, 2]", "surplus training.loss [1]",
        ])
    ) { try reader.finish() }
  }

  @Test func unknownWidthFitsAnything() {
    let reader = store.reader()
    let width = reader.extent("absent.weight", axis: 0, rank: 4)
    _ = reader.tensor("first.weight", shape: [2, width])
    _ = reader.tensor("absent.weight", shape: [width, 3, 3, 3])
    #expect(throws: WeightError.mismatch(path: "memory", problems: ["missing absent.weight [any, any, any, any]"])) {
      try reader.finish(ignoring: ["first.bias", "*.loss", "second*"])
    }
  }

  @Test func wrongRank() {
    let reader = store.reader()
    #expect(reader.extent("first.weight", axis: 0, rank: 4) == nil)
    _ = reader.tensor("first.weight", shape: [nil, 3, 3, 3])
    #expect(
      throws: WeightError.mismatch(path: "memory", problems: ["first.weight: expected [any, 3, 3, 3], found [2, 3]"])
    ) {
      try reader.finish(ignoring: ["first.bias", "second.weight", "training.loss"])
    }
  }

  @Test func twoOfOneName() {
    let tensor = WeightTensor(name: "a\nb", shape: [1], values: [0])
    #expect(
      throws: WeightError.invalid(
        path: "memory", operation: "collecting tensors", expected: "one tensor of each name",
        found: "two named “a\\nb”", at: nil)
    ) { try WeightStore(tensors: [tensor, tensor]) }
  }
}
