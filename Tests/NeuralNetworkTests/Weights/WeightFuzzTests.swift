import GoldenSupport
import Kernels
import NeuralNetwork
import Synchronization
import Testing

/// Mutated files of weights: whatever the bytes, a reader ends with a store whose tensors can be read, or with an error.
///
/// Deterministic: input number i is always the same. `Tests/Fuzz/fuzz_weights.sh` lets libFuzzer look for more.
@Suite struct WeightFuzzTests {
  static let inputs = 204_800
  static let batch = 256
  static let seeds = ["legacy.tar", "archive.pth", "protocol4.pt", "tiny.safetensors", "hostile_legacy.pt"]

  @Test func noInputCrashes() throws {
    let seeds = try Self.seeds.map { try contentsOfFile(PyTorchCheckpointTests.fixture($0)) }
    let read = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    Parallel().bands(Self.inputs / Self.batch) { band in
      for i in band * Self.batch..<(band + 1) * Self.batch {
        var mutation = Mutation(seed: UInt64(i))
        let bytes = mutation.mutate(seeds[i % seeds.count], seeds)
        if Self.survives(bytes) {
          read.wrappingAdd(1, ordering: .relaxed)
        } else {
          refused.wrappingAdd(1, ordering: .relaxed)
        }
      }
    }
    let (reads, refusals) = (read.load(ordering: .relaxed), refused.load(ordering: .relaxed))
    #expect(reads + refusals >= 200_000)
    // Mutations of values are read, mutations of structure refused: both must be exercised.
    #expect(reads > 5000 && refusals > 5000, "\(reads) read, \(refusals) refused")
  }

  /// Reads a file and every value in it; false if the reader refuses it.
  static func survives(_ bytes: [UInt8]) -> Bool {
    guard let store = try? WeightStore(bytes: bytes) else { return false }
    for tensor in store.tensors { precondition(tensor.values().count == tensor.count) }
    return true
  }
}

/// One deterministic way to spoil a file.
struct Mutation {
  private var state: UInt64

  /// Numbers from SplitMix64.
  init(seed: UInt64) { state = SyntheticWeights.splitmix64(seed) }

  /// A number in 0 ..< bound.
  private mutating func below(_ bound: Int) -> Int {
    state = SyntheticWeights.splitmix64(state)
    return Int(state % UInt64(max(bound, 1)))
  }

  /// Between one and four changes of `bytes`; pieces of `others` may be spliced in.
  mutating func mutate(_ bytes: [UInt8], _ others: [[UInt8]]) -> [UInt8] {
    var result = bytes
    for _ in 0...below(4) { change(&result, others) }
    return result
  }

  private mutating func change(_ bytes: inout [UInt8], _ others: [[UInt8]]) {
    guard !bytes.isEmpty else { return }
    // Half of the changes fall into the first bytes, where the structure is.
    let at = below(2) == 0 ? below(bytes.count) : below(min(bytes.count, 400))
    let telling: [UInt8] = [
      0, 1, 2, 0x7F, 0x80, 0xFF, 0x28, 0x29, 0x2E, 0x52, 0x5D, 0x74, 0x75, 0x7B, 0x7D, 0x22, 0x39,
    ]
    switch below(8) {
    case 0, 1: bytes[at] ^= 1 << UInt8(below(8))
    case 2: bytes[at] = telling[below(telling.count)]
    case 3: bytes[at] = bytes[at] &+ UInt8(below(2) * 2) &- 1
    case 4: bytes.removeSubrange(at..<min(bytes.count, at + 1 + below(16)))
    case 5: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 1 + below(64))], at: below(bytes.count))
    case 6:
      let other = others[below(others.count)]
      let start = below(other.count)
      let piece = other[start..<min(other.count, start + 1 + below(200))]
      bytes.replaceSubrange(at..<min(bytes.count, at + piece.count * below(2)), with: piece)
    default:
      if below(4) == 0 { bytes.removeLast(bytes.count - at) } else { bytes[at] = UInt8(below(256)) }
    }
  }
}
