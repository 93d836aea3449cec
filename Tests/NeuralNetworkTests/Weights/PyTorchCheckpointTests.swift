import GoldenSupport
import NeuralNetwork
import Testing

/// Checkpoints of both containers; `Fixtures/make_checkpoints.py` made the small ones.
@Suite struct PyTorchCheckpointTests {
  static func fixture(_ name: String) -> String { SharedFiles.fixture("../Fixtures/\(name)", beside: #filePath) }

  /// What `make_checkpoints.py` puts into element i of tensor k.
  static func ramp(_ number: Int, _ count: Int) -> [Float] { (0..<count).map { Float($0 - 3) / 8 + Float(number) } }

  /// What every good fixture holds: name, element type, shape, values.
  static let expected: [(String, ElementType, [Int], [Float])] = [
    ("conv.weight", .float32, [2, 3, 2, 2], ramp(0, 24)), ("conv.bias", .float32, [2], ramp(1, 2)),
    ("half", .float16, [5], ramp(2, 5)), ("brain", .bfloat16, [4], ramp(3, 4)), ("double", .float64, [3], ramp(4, 3)),
    ("strided", .float32, [4, 3], ramp(5, 12)), ("offset", .float32, [2, 3], ramp(6, 6)),
    ("expanded", .float32, [4, 3], (0..<4).flatMap { _ in ramp(7, 3) }), ("scalar", .float32, [], ramp(8, 1)),
    ("empty", .float32, [0, 3], []), ("num_batches_tracked", .int64, [], [1234]), ("mask", .boolean, [3], [1, 0, 1]),
  ]

  @Test(arguments: [
    ("legacy.tar", WeightContainer.pyTorchLegacy), ("archive.pth", .pyTorchArchive), ("protocol4.pt", .pyTorchArchive),
  ])
  func smallCheckpoints(name: String, container: WeightContainer) throws {
    let store = try WeightStore(path: Self.fixture(name))
    #expect(store.container == container)
    #expect(store.tensors.map(\.name) == Self.expected.map(\.0))
    for (tensor, expected) in zip(store.tensors, Self.expected) {
      #expect(tensor.elementType == expected.1, "\(tensor.name)")
      #expect(tensor.shape == expected.2, "\(tensor.name)")
      #expect(tensor.values() == expected.3, "\(tensor.name)")
    }
    #expect(store.metadata == (name == "protocol4.pt" ? [:] : ["epoch": "13", "arch": "tiny"]))
  }

  /// Every element of a published checkpoint, against `torch.load` (2.15): the hash goes over the bit patterns of all elements,
  /// tensors in the order of their names, as FNV-1a would over bytes.
  @Test(
    .enabled(if: SharedFiles.has("weights"), "\(SharedFiles.missing)"),
    arguments: [
      ("psmnet_kitti2015/pretrained_model_KITTI2015.tar", 429, 5_235_968, UInt64(0x006d_2f92_b382_55ef)),
      ("mccnn/mc_cnn_accurate_mb_weights.pt", 18, 835_617, 0x002f_2412_8bda_cca2),
      ("mccnn/mc_cnn_fast_mb_weights.pt", 10, 148_352, 0xb3ed_4698_7c6b_7ad5),
    ])
  func publishedCheckpoints(name: String, tensors: Int, elements: Int, hash: UInt64) throws {
    let store = try WeightStore(path: SharedFiles.path("weights/" + name))
    #expect(store.container == .pyTorchLegacy)
    #expect(store.tensors.count == tensors)
    #expect(store.tensors.reduce(0) { $0 + $1.count } == elements)
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for tensor in store.tensors.sorted(by: { $0.name < $1.name }) {
      for value in tensor.values() { state = (state ^ UInt64(value.bitPattern)) &* 0x100_0000_01B3 }
    }
    #expect(state == hash)
  }

  @Test(arguments: [
    ("hostile_legacy.pt", "the global “os.system”"), ("hostile_plain.pt", "the global “os.system”"),
    ("hostile_archive.pt", "the global “os.system”"),
  ])
  func refusesByName(name: String, what: String) {
    let path = Self.fixture(name)
    #expect(throws: WeightError.refused(path: path, what: what)) { try WeightStore(path: path) }
  }

  @Test func wholeModulesAreNamed() {
    let error = #expect(throws: WeightError.self) { try WeightStore(path: Self.fixture("whole_module.pt")) }
    #expect(
      "\(error.map { "\($0)" } ?? "")".hasSuffix(
        "expected a dictionary of tensors (`torch.save(model.state_dict(), …)`), found an object of “torch.nn.modules.linear.Linear”"
      ))
  }

  @Test(arguments: [
    ("compressed.pth", "stored without compression"), ("big_endian.pth", "byteorder “big”"),
    ("missing_storage.pth", "data of storage “0” for “state_dict.module.conv.weight”, found none"),
    ("short_storage.pth", "expected 24 F32 in storage “0”, found 92 bytes"),
  ])
  func damagedArchives(name: String, says: String) {
    let error = #expect(throws: WeightError.self) { try WeightStore(path: Self.fixture(name)) }
    #expect("\(error.map { "\($0)" } ?? "")".contains(says), "\(String(describing: error))")
  }

  @Test func unreadableFiles() {
    #expect(
      throws: WeightError.file(
        .unreadable(path: "/nowhere/at.all", operation: "reading weights", reason: "No such file or directory"))
    ) {
      try WeightStore(path: "/nowhere/at.all")
    }
    #expect(throws: WeightError.file(.unreadable(path: "/", operation: "reading weights", reason: "it is a directory")))
    { try WeightStore(path: "/") }
    #expect(throws: WeightError.self) { try WeightStore(bytes: []) }
    #expect(throws: WeightError.self) { try WeightStore(bytes: Array("P6 3 4 255\n".utf8)) }
  }
}
