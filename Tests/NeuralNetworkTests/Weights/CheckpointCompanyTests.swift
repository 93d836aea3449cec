import Files
import GoldenSupport
import NeuralNetwork
import Testing

/// The tensors of one small network in the company that training programs save with them, and below what they put around the names.
@Suite struct CheckpointCompanyTests {
  static func path(_ name: String) -> String { SharedFiles.fixture("../Fixtures/\(name)", beside: #filePath) }

  /// What `make_checkpoints.py` calls `small()`.
  static let weight = (0..<18).map { Float($0 - 3) / 8 }
  static let bias: [Float] = [0.625, 0.75]

  @Test(
    arguments: [
      ("company.pth", "state_dict.", .pyTorchArchive), ("company_protocol4.pth", "state_dict.", .pyTorchArchive),
      ("compiled.pth", "state_dict._orig_mod.module.", .pyTorchArchive),
      ("twice.pth", "", .pyTorchArchive), ("student.pth", "", .pyTorchArchive),
      ("two_places.pth", "params.", .pyTorchLegacy), ("plain4.pkl", "state_dict.", .plainPickle),
      ("plain5.pkl", "state_dict.", .plainPickle), ("prefixed.safetensors", "model.module.", .safeTensors),
      ("two_places.safetensors", "", .safeTensors),
    ] as [(String, String, WeightContainer)])
  func networksFindTheirTensors(name: String, root: String, container: WeightContainer) throws {
    let store = try WeightStore(path: Self.path(name))
    #expect(store.root == root && store.container == container)
    let (_, notes) = try WeightNotes.collecting {
      let reader = store.reader()
      let layer = reader.scope("conv")
      let (weight, bias) = (layer.tensor("weight", shape: [2, 1, 3, 3]), layer.tensor("bias", shape: [2]))
      try reader.finish()
      // In `two_places.pth` the first place holds other values.
      let shift: Float = name == "two_places.pth" ? 100 : 0
      #expect(weight.values() == Self.weight.map { $0 + shift } && bias.values() == Self.bias.map { $0 + shift })
    }
    let found =
      [
        "twice.pth": "best", "student.pth": "student", "two_places.safetensors": "net",
      ][name] ?? String(root.dropLast())
    #expect(notes == ["\(store.path): the network's tensors are those below “\(found)”"])
  }

  /// Names that only one of two places has decide.
  @Test func theNetworkChoosesThePlace() throws {
    let tensors = ["params.other.weight", "ema.model.net.conv.weight", "ema.model.net.conv.bias"].map {
      WeightTensor(name: $0, shape: [1], values: [2])
    }
    let reader = try WeightStore(tensors: tensors).reader()
    #expect(!reader.contains("absent") && reader.containsScope("conv"))
    #expect(
      reader.tensor("conv.weight", shape: [1]).values() == [2] && reader.tensor("conv.bias", shape: [1]).count == 1)
    try reader.finish()
  }

  /// What is surplus is surplus below the root that was found, and only there.
  @Test func surplusIsFoundBelowTheRoot() throws {
    let names = ["module.conv.weight", "module.rest.weight"]
    let reader = try WeightStore(tensors: names.map { WeightTensor(name: $0, shape: [1], values: [2]) }).reader()
    _ = reader.tensor("conv.weight", shape: [1])
    #expect(throws: WeightError.mismatch(path: "memory", problems: ["surplus rest.weight [1]"])) { try reader.finish() }
  }

  @Test func scalarsOnTheWayAreMetadata() throws {
    #expect(try WeightStore(path: Self.path("two_places.pth")).metadata == ["epoch": "3"])
    #expect(try WeightStore(path: Self.path("plain5.pkl")).metadata == ["epoch": "3"])
  }

  @Test(
    arguments: [
      ("<!DOCTYPE html>\n<html>", "an HTML page"), ("\n <HTML>", "an HTML page"),
      ("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a Git LFS pointer"),
      ("\u{1F}\u{8B}", "another format"), ("BZh91AY", "a bzip2 archive"), ("{\"a\": 1}", "a JSON text"),
      ("%PDF-1.4", "a PDF document"),
    ])
  func otherFilesAreNamed(text: String, says: String) {
    for path in ["weights.pth", "weights.safetensors"] where says != "another format" || path.hasSuffix("pth") {
      let error = #expect(throws: WeightError.self) { try WeightStore(bytes: Array(text.utf8), path: path) }
      #expect("\(error.map { "\($0)" } ?? "")".contains("found " + says), "\(String(describing: error))")
    }
  }

  @Test func archivesAreNamed() {
    let gzip = #expect(throws: WeightError.self) { try WeightStore(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) }
    #expect("\(gzip.map { "\($0)" } ?? "")".contains("found a gzip archive: unpack it first"))
    var tar = [UInt8](repeating: 0, count: 512)
    tar.replaceSubrange(257..<262, with: "ustar".utf8)
    let archive = #expect(throws: WeightError.self) { try WeightStore(bytes: tar) }
    #expect("\(archive.map { "\($0)" } ?? "")".contains("found a tar archive"))
    let nested = #expect(throws: WeightError.self) { try WeightStore(path: Self.path("nested.zip")) }
    #expect(
      "\(nested.map { "\($0)" } ?? "")".contains("found an archive with “weights/compiled.pth” in it: unpack it first"))
  }
}
