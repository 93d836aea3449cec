import GoldenSupport
import NeuralNetwork
import Testing

/// Caffe models: what a foreign writer wrote, and what is wrong with files.
@Suite struct CaffeModelTests {
  static let fixture = SharedFiles.fixture("../Fixtures/tiny.caffemodel", beside: #filePath)

  @Test func readsBothKindsOfLayers() throws {
    let store = try WeightStore(path: Self.fixture)
    #expect(store.container == .caffe)
    #expect(store.metadata == ["network": "tiny"])
    let expected: [(String, [Int], [Float])] = [
      ("old.weight", [2, 1, 1, 3], [1, 2, 3, 4, 5, 6]), ("old.bias", [2], [0.5, -0.5]),
      ("conv.weight", [1, 2, 1, 2], [-1, 0, 1, 2]), ("conv.bias", [1], [0.25]), ("aug.weight", [1], [7]),
      ("aug.bias", [1], [8]), ("aug.blob2", [3], [0.125, 0.25, 0.375]),
    ]
    #expect(store.tensors.count == expected.count)
    for (name, shape, values) in expected {
      #expect(store[name]?.shape == shape, "\(name)")
      #expect(store[name]?.values() == values, "\(name)")
    }
  }

  /// A file that ends early is refused or holds fewer layers; it never gives other numbers.
  @Test func truncatedFiles() throws {
    let bytes = try contentsOfFile(Self.fixture)
    let whole = try WeightStore(bytes: bytes, path: "tiny.caffemodel")
    var refused = 0
    for length in 0..<bytes.count {
      do {
        let store = try WeightStore(bytes: Array(bytes[..<length]), path: "tiny.caffemodel")
        for tensor in store.tensors { #expect(whole[tensor.name]?.values() == tensor.values(), "\(length) bytes") }
        #expect(store.tensors.count < whole.tensors.count)
      } catch {
        refused += 1
        #expect("\(error)".contains("tiny.caffemodel"))
      }
    }
    #expect(refused > bytes.count / 2, "only \(refused) of \(bytes.count) cut files are refused")
  }

  static func refusal(_ layer: [UInt8]) -> String {
    let file = CaffeEncoding.field(1, Array("net".utf8)) + layer
    do {
      _ = try WeightStore(bytes: file, path: "net.caffemodel")
      return "accepted"
    } catch { return "\(error)" }
  }

  /// Two thousand million numbers are promised, by the extents and by the length of the field.
  @Test func promisesThatAreNotKept() {
    let extents = Self.refusal(CaffeEncoding.layer("big", blobs: [CaffeEncoding.blob([1 << 31], [1])]))
    #expect(extents.contains("expected 2147483648 numbers of “big.weight”"), "\(extents)")
    let data = CaffeEncoding.varint(5 << 3 | 2) + CaffeEncoding.varint(1 << 33) + [0, 0, 0, 0]
    let length = Self.refusal(CaffeEncoding.layer("long", blobs: [data]))
    #expect(length.contains("net.caffemodel: reading a Caffe model"), "\(length)")
    let overflow = Self.refusal(CaffeEncoding.layer("wide", blobs: [CaffeEncoding.blob([1 << 40, 1 << 40], [])]))
    #expect(overflow.contains("extents of “wide.weight”"), "\(overflow)")
    let negative = Self.refusal(CaffeEncoding.layer("minus", blobs: [CaffeEncoding.blob([-1, -1], [1])]))
    #expect(negative.contains("extents of “minus.weight”"), "\(negative)")
    #expect(Self.refusal(CaffeEncoding.layer("empty", blobs: [])).contains("1 layers without"))
    let twice = CaffeEncoding.layer("conv", blobs: [CaffeEncoding.blob([1], [1])])
    #expect(Self.refusal(twice + twice).contains("two named “conv.weight”"))
  }

  @Test func otherFilesAreNotTakenForModels() {
    for bytes in [Array("hello".utf8), [0x0A, 3, 65, 66, 67], [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]] {
      #expect(throws: WeightError.self) { _ = try WeightStore(bytes: bytes) }
    }
    #expect(WeightStore.recognises(path: Self.fixture))
  }
}
