import Foundation
import NeuralNetwork
import Testing

/// `convert` and `inspect` of weights, as a user runs them; the checkpoints are those of the readers' tests.
@Suite struct ConvertTests {
  static func fixture(_ name: String) -> String {
    Tool.root.appending(path: "Tests/NeuralNetworkTests/Fixtures/\(name)").path(percentEncoded: false)
  }

  @Test(arguments: ["legacy.tar", "archive.pth"])
  func convertsCheckpoints(name: String) throws {
    let scratch = try Scratch()
    let run = try Tool.run(
      ["convert", Self.fixture(name), "out.safetensors", "--set", "align-corners=true", "--set", "licence=a=b"],
      in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let original = try WeightStore(path: Self.fixture(name))
    let store = try WeightStore(path: scratch.url.appending(path: "out.safetensors").path(percentEncoded: false))
    #expect(store.metadata == ["align-corners": "true", "licence": "a=b", "epoch": "13", "arch": "tiny"])
    #expect(store["conv.weight"]?.values() == original["conv.weight"]?.values())
    #expect(store["strided"]?.values() == original["strided"]?.values())
    #expect(store["num_batches_tracked"] == nil, "counters are not needed")
    #expect(scratch.contents == ["out.safetensors"])

    let half = try Tool.run(
      ["convert", "out.safetensors", "half.safetensors", "--element-type", "F16"], in: scratch.url)
    #expect(half.code == 0, "\(half.error)")
    let inspected = try Tool.run(["inspect", "half.safetensors", "--json"], in: scratch.url)
    #expect(inspected.code == 0, "\(inspected.error)")
    let list = try JSONSerialization.jsonObject(with: Data(inspected.output.utf8)) as? [[String: Any]]
    #expect(list?.first?["kind"] as? String == "weights")
    #expect(list?.first?["format"] as? String == "safetensors")
    let tensors = list?.first?["tensors"] as? [[String: Any]]
    #expect(tensors?.count == store.tensors.count)
    #expect(tensors?.allSatisfy { $0["elementType"] as? String == "F16" } == true)
  }

  @Test func inspectsCheckpoints() throws {
    let scratch = try Scratch()
    let run = try Tool.run(["inspect", Self.fixture("legacy.tar")], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    for line in ["weights, PyTorch legacy pickle, 12 tensors", "“epoch”: “13”", "  conv.weight F32 [2, 3, 2, 2]"] {
      #expect(run.output.contains(line), "\(run.output)")
    }
  }

  /// A Caffe model, written by another program, by its content and whatever its name.
  @Test func caffeModels() throws {
    let scratch = try Scratch()
    let inspected = try Tool.run(["inspect", Self.fixture("tiny.caffemodel")], in: scratch.url)
    #expect(inspected.code == 0, "\(inspected.error)")
    for line in ["weights, Caffe model, 7 tensors", "“network”: “tiny”", "  conv.weight F32 [1, 2, 1, 2]"] {
      #expect(inspected.output.contains(line), "\(inspected.output)")
    }
    let run = try Tool.run(["convert", Self.fixture("tiny.caffemodel"), "out.safetensors"], in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let store = try WeightStore(path: scratch.url.appending(path: "out.safetensors").path(percentEncoded: false))
    #expect(store["old.weight"]?.values() == [1, 2, 3, 4, 5, 6])
    try BadInputTests.expect(
      ["convert", Self.fixture("tiny.caffemodel"), "other.safetensors", "--method", "dispnet-c"], in: scratch, code: 65,
      mentions: ["tiny.caffemodel", "missing conv1.weight"])
    let bytes = try Data(contentsOf: URL(filePath: Self.fixture("tiny.caffemodel")))
    try scratch.write("cut.caffemodel", Array(bytes.dropLast(3)))
    try BadInputTests.expect(
      ["inspect", "cut.caffemodel"], in: scratch, code: 65, mentions: ["cut.caffemodel", "reading a Caffe model"])
  }

  /// With a method its conventions are checked, and remarks are kept.
  @Test func methodsAndRemarks() throws {
    let scratch = try Scratch()
    let model = Tool.root.appending(path: "Models/mc-cnn-fast-kitti/mc-cnn-fast-kitti.safetensors").path
    let remarks = ["--method", "mc-cnn-fast", "--set", "licence=none", "--set", "training-data=KITTI"]
    let run = try Tool.run(["convert", model, "out.safetensors"] + remarks, in: scratch.url)
    #expect(run.code == 0, "\(run.error)")
    let store = try WeightStore(path: scratch.url.appending(path: "out.safetensors").path(percentEncoded: false))
    #expect(store.metadata["licence"] == "none" && store.metadata["training-data"] == "KITTI")
    try BadInputTests.expect(
      ["convert", model, "other.safetensors", "--set", "colour=blue"] + remarks, in: scratch, code: 64,
      mentions: ["colour"])
  }

  @Test func refusals() throws {
    let scratch = try Scratch()
    let good = Self.fixture("tiny.safetensors")
    for name in ["hostile_legacy.pt", "hostile_archive.pt", "hostile_plain.pt"] {
      try BadInputTests.expect(
        ["convert", Self.fixture(name), "out.safetensors"], in: scratch, code: 65,
        mentions: [name, "refused", "os.system"])
    }
    try BadInputTests.expect(
      ["convert", "absent.pt", "out.safetensors"], in: scratch, code: 66, mentions: ["absent.pt"])
    try BadInputTests.expect(
      ["convert", good, "nowhere/out.safetensors"], in: scratch, code: 73, mentions: ["nowhere/out.safetensors"])
    try BadInputTests.expect(["convert", good, "out.pt"], in: scratch, code: 64, mentions: ["out.pt", ".safetensors"])
    try BadInputTests.expect(
      ["convert", good, "out.safetensors", "--method", "nonsense"], in: scratch, code: 64, mentions: ["nonsense"])
    try BadInputTests.expect(
      ["convert", good, "out.safetensors", "--method", "sgm"], in: scratch, code: 64,
      mentions: ["a method that has weights"])
    try BadInputTests.expect(
      ["convert", good, "out.safetensors", "--set", "=1"], in: scratch, code: 64, mentions: ["--set"])
    try BadInputTests.expect(
      ["convert", good, "out.safetensors", "--element-type", "I8"], in: scratch, code: 64, mentions: ["--element-type"])
  }
}
