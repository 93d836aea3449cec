import Foundation
import GoldenSupport
import NeuralNetwork
import Testing

@Suite struct SafeTensorsTests {
  /// A file with this header before `data` zero bytes.
  static func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let count = length ?? UInt64(header.utf8.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + header.utf8
      + [UInt8](repeating: 0, count: data)
  }

  @Test func readsWhatTheReferenceWrote() throws {
    let store = try WeightStore(path: PyTorchCheckpointTests.fixture("tiny.safetensors"))
    #expect(store.container == .safeTensors)
    #expect(store.metadata == ["method": "tiny", "align-corners": "true"])
    for (name, type, shape, values) in PyTorchCheckpointTests.expected where name != "empty" {
      #expect(store[name]?.elementType == type)
      #expect(store[name]?.shape == shape)
      #expect(store[name]?.values() == values)
    }
  }

  @Test(arguments: [ElementType.float32, .float16, .bfloat16])
  func writesAndReadsBack(type: ElementType) throws {
    let path = NSTemporaryDirectory() + "weights-\(type.rawValue)-\(UUID()).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let tensors = [
      WeightTensor(name: "b.weight", shape: [2, 2], values: [1, -2, 0.5, 65504]),
      WeightTensor(name: "a \"quoted\"\n", shape: [], values: [-0.25]),
      WeightTensor(name: "none", shape: [0, 5], values: []),
    ]
    for round in 0..<2 {
      try SafeTensors.write(tensors, metadata: ["method": "tiny", "licence": "ours \\ 2\u{1}"], to: path, as: type)
      let store = try WeightStore(path: path)
      #expect(store.tensors.map(\.name) == ["a \"quoted\"\n", "b.weight", "none"], "round \(round)")
      #expect(store["b.weight"]?.values() == [1, -2, 0.5, type == .bfloat16 ? 65536 : 65504])
      #expect(store["b.weight"]?.elementType == type)
      #expect(store["a \"quoted\"\n"]?.values() == [-0.25])
      #expect(store.metadata["licence"] == "ours \\ 2\u{1}")
    }
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(name) } == [name])
  }

  @Test func cannotBeWritten() {
    #expect(
      throws: WeightError.file(
        .unwritable(
          path: "/nowhere/a.safetensors", operation: "writing weights", reason: "its directory does not exist"))
    ) {
      try SafeTensors.write([], metadata: [:], to: "/nowhere/a.safetensors")
    }
  }

  static let good = #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#

  @Test func acceptsTheMinimum() throws {
    #expect(try WeightStore(bytes: Self.file("{}")).tensors.isEmpty)
    #expect(try WeightStore(bytes: Self.file(Self.good, data: 8))["a"]?.values() == [0, 0])
    #expect(try WeightStore(bytes: Self.file(Self.good + "   ", data: 8)).tensors.count == 1)
    let empty = #"{"a":{"dtype":"F32","shape":[0,1099511627776,1099511627776],"data_offsets":[0,0]}}"#
    #expect(try WeightStore(bytes: Self.file(empty))["a"]?.values() == [])
  }

  /// Each header is wrong in one way; the message says which.
  @Test(arguments: [
    (file(good, data: 7), "data_offsets of tensor “a” inside the 7 bytes"),
    (file(good, data: 9), "the end of the file after the last tensor, found 1 more bytes"),
    (file(good, length: 1 << 63), "a header of at most 100000000 bytes, found 9223372036854775808"),
    (file(good, length: 90_000_000), "a header of 90000000 bytes"),
    (Array(file(good, data: 8)[..<12]), "only 4 more bytes"),
    (file(#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, data: 8), "integers from 0, found -2"),
    (file(#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, data: 8), "integers from 0"),
    (file(#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, data: 8), "as F32 [3] takes, found 8"),
    (file(#"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}"#, data: 8), "takes, found 8"),
    (file(#"{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}"#, data: 8), "found “F31”"),
    (file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, data: 8), "found [8, 0]"),
    (file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, data: 8), "two integers as data_offsets"),
    (file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}}"#, data: 8), "two integers"),
    (file(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1}}"#, data: 8), "found “x”"),
    (file(#"{"a":{"shape":[2],"data_offsets":[0,8]}}"#, data: 8), "a dtype of tensor “a”, found none"),
    (file(#"{"a":{"dtype":"F32","data_offsets":[0,8]}}"#, data: 8), "a shape of tensor “a”, found none"),
    (
      file(
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
        data: 12), "“b” begins inside “a”"
    ),
    (
      file(
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[9,13]}}"#,
        data: 13), "1 bytes before “b” that nobody owns"
    ),
    (
      file(
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        data: 8), "each name once, found “a” again"
    ),
    (file(#"{"__metadata__":{"a":1}}"#), "strings in __metadata__"),
    (file(#"{"__metadata__":[]}"#), "an object as __metadata__"),
    (file("{\"\u{1}\":{}}"), "no control character"),
    (Array(file("{\"a")) + [0xFF] + Array("\":{}}".utf8), "expected"),
    (file(#"{"a":"# + String(repeating: "[", count: 10_000)), "at most 32 levels of nesting"),
    (file(#"{"\ud800":{}}"#), "the second half of a surrogate pair"),
    (file(#"{"a":{}}x"#), "the end"),
    (file(#"{"a":{}"#), "found the end"),
  ])
  func saysWhatIsWrong(bytes: [UInt8], says: String) {
    let error = #expect(throws: WeightError.self) { try WeightStore(bytes: bytes) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(says), "\(String(describing: error))")
  }

  @Test func invalidUTF8IsNamed() {
    var bytes = Self.file(#"{"__metadata__":{"?":"a"}}"#)
    bytes[bytes.firstIndex(of: UInt8(ascii: "?"))!] = 0xFF
    let error = #expect(throws: WeightError.self) { try WeightStore(bytes: bytes) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("valid UTF-8"))
  }
}
