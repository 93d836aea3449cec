import Files
import GoldenSupport
import NeuralNetwork
import Testing

/// Torch 7's files, written by `make_checkpoints.py` as torch7's File.lua does.
@Suite struct Torch7ModelTests {
  static func path(_ name: String) -> String { SharedFiles.fixture("../Fixtures/\(name)", beside: #filePath) }

  @Test(arguments: ["tiny_ascii.t7", "tiny_binary.t7"]) func matchingCostNetworks(name: String) throws {
    let store = try WeightStore(path: Self.path(name))
    #expect(store.container == .torch7)
    #expect(
      store.tensors.map { "\($0.name) \($0.shape)" } == [
        "conv_blocks.0.weight [2, 1, 3, 3]", "conv_blocks.0.bias [2]", "conv_blocks.2.weight [2, 2, 3, 3]",
        "conv_blocks.2.bias [2]",
      ])
    func ramp(_ number: Int, _ count: Int) -> [Float] { (0..<count).map { Float($0 - 3) / 8 + Float(number) } }
    #expect(store.tensors.map { $0.values() } == [ramp(0, 18), ramp(1, 2), ramp(2, 36), ramp(3, 2)])
    #expect(
      store.metadata == [
        "a": "train_all", "fm": "2", "standard-deviation": "unbiased", "padding": "zero", "score": "cost",
      ])
  }

  /// Cut anywhere, or with any byte changed: an error or tensors that can be read.
  @Test(arguments: ["tiny_ascii.t7", "tiny_binary.t7"]) func damagedFilesEnd(name: String) throws {
    let good = try FileContent(of: Self.path(name), operation: "testing").bytes
    for count in 8..<good.count where count % 3 == 0 {
      // A number in text that is cut short is another number.
      if name.contains("binary") {
        _ = #expect(throws: WeightError.self, "cut at \(count)") { try WeightStore(bytes: Array(good[..<count])) }
      } else {
        _ = try? WeightStore(bytes: Array(good[..<count]))
      }
    }
    for place in good.indices {
      for value: UInt8 in [0, 0x7F, 0xFF, good[place] ^ 1, 0x39] {
        var bytes = good
        bytes[place] = value
        if let store = try? WeightStore(bytes: bytes) {
          for tensor in store.tensors { #expect(tensor.values().count == tensor.count) }
        }
      }
    }
  }

  @Test func othersKeepTheirPaths() throws {
    let text =
      "3\n1\n1\n2\n4\nbias\n4\n2\n3\nV 1\n18\ntorch.DoubleTensor\n1\n2\n2\n1\n4\n3\n3\nV 1\n19\ntorch.DoubleStorage\n4\n1 2.5 -3 nan\n"
    let store = try WeightStore(bytes: Array(text.utf8))
    #expect(store.tensors.map(\.name) == ["bias"] && store.tensors[0].values() == [1, -3])
  }

  @Test(
    arguments: [
      ("3\n1\n1\n2\n4\nbias\n", "a number, found the end of the file"), ("3\n1\n-1\n", "a number of members, found -1"),
      ("3\n1\n1\n9\n", "a kind of value from 0 to 8, found 9"),
      ("4\n1\n3\nV 1\n17\ntorch.OtherTensor\n1\n", "a storage of numbers, found “torch.OtherTensor”"),
      (
        "4\n1\n3\nV 1\n17\ntorch.FloatTensor\n1\n5\n1\n1\n4\n2\n3\nV 1\n18\ntorch.FloatStorage\n2\n1 2\n",
        "a tensor inside its storage of 2 elements, found [5] by [1] from element 0"
      ),
      ("4\n1\n3\nV 1\n18\ntorch.FloatStorage\n99999999999\n1 2\n", "99999999999 elements of F32"),
      ("3\n1\n1\n" + String(repeating: "3\n2\n1\n", count: 3), "found"),
    ])
  func saysWhatIsWrong(text: String, says: String) {
    let error = #expect(throws: WeightError.self) { try WeightStore(bytes: Array(text.utf8)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(says), "\(String(describing: error))")
  }

  @Test func deepNestingEnds() {
    var text = "3\n1\n1\n"
    for index in 2..<10_000 { text += "3\n\(index)\n1\n" }
    let error = #expect(throws: WeightError.self) { try WeightStore(bytes: Array(text.utf8)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("at most 64 values in one another"))
  }
}
