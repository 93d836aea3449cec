internal import Files

/// Networks that Torch 7 saved (`.t7`): every tensor by its dotted path; the nets of MC-CNN's own program by the names that
/// ``WeightReader`` is asked for, with their conventions.
///
/// MC-CNN saves a table: the convolutions on an image, for the accurate network also the layers on pairs, and the options. The
/// i-th convolution becomes `conv_blocks.(2i)`, the i-th layer on pairs `fl_blocks.(2i)`, as in the checkpoints of CNES.
/// Source: <https://github.com/jzbontar/mc-cnn>, main.lua.
struct Torch7Model {
  private let arena: Torch7Arena
  private let bytes: FileBytes
  private let path: String
  private var tensors: [WeightTensor] = []
  private var metadata: [String: String] = [:]
  private var visited: Set<Int> = []

  private static let deepest = 16
  private static let longestName = 512
  private static let mostTensors = 100_000

  /// Reads a model.
  ///
  /// - Throws: ``WeightError/file(_:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    var reader = Torch7Reader(bytes, path: path)
    let root = try reader.value()
    var model = Torch7Model(arena: reader.arena, bytes: bytes, path: path)
    if case .table(let table) = root { model.takeOptions(of: table) }
    if !model.takeMatchingCostNetwork(root) { model.take(root, name: "", depth: 0) }
    if model.tensors.isEmpty {
      throw .invalid(
        path: path, operation: "reading a Torch7 file", expected: "a network with tensors", found: "none", at: nil)
    }
    return try WeightStore(
      every: model.tensors, root: NameRoot.suggested(for: model.tensors.map(\.name), containers: []),
      metadata: model.metadata, path: path, container: .torch7)
  }

  private init(arena: Torch7Arena, bytes: FileBytes, path: String) {
    self.arena = arena
    self.bytes = bytes
    self.path = path
  }

  private mutating func takeOptions(of table: Int) {
    for case .table(let options) in [.table(table)] + arena.list(table) {
      for member in arena.tables[options] {
        guard case .text(let key) = member.key, key.utf8.count <= Self.longestName else { continue }
        switch member.value {
        case .text(let text): metadata[key] = text
        case .number(let number): metadata[key] = OrderedJSON.double(number).text
        case .boolean(let boolean): metadata[key] = String(boolean)
        default: break
        }
      }
    }
  }

  // MARK: - MC-CNN

  /// Takes the layers of MC-CNN's nets; false, and nothing taken, if it is another network.
  private mutating func takeMatchingCostNetwork(_ root: Torch7Value) -> Bool {
    guard case .table(let table) = root else { return false }
    let nets = arena.list(table).compactMap(layers)
    guard (1...2).contains(nets.count), let first = nets.first, !first.isEmpty else { return false }
    var taken: [WeightTensor] = []
    for (net, block) in zip(nets, ["conv_blocks", "fl_blocks"]) {
      for (index, layer) in net.enumerated() {
        guard let weight = weight(of: layer, rank: block == "conv_blocks" ? 4 : 2), let bias = member("bias", of: layer)
        else { return false }
        taken.append(weight.renamed("\(block).\(2 * index).weight"))
        taken.append(bias.renamed("\(block).\(2 * index).bias"))
      }
    }
    tensors = taken
    // What the paper's program does; checkpoints of other programs differ.
    metadata.merge(["standard-deviation": "unbiased", "padding": "zero", "score": "cost"]) { $1 }
    return true
  }

  /// The tables of the layers with weights of a sequence that has only what MC-CNN's have; `nil` for anything else.
  private func layers(_ net: Torch7Value) -> [Int]? {
    guard case .object(let index) = net, arena.objects[index].name == "nn.Sequential",
      case .table(let content) = arena.objects[index].content, case .table(let modules)? = arena[content, "modules"]
    else { return nil }
    var layers: [Int] = []
    for module in arena.list(modules) {
      guard case .object(let index) = module, case .table(let content) = arena.objects[index].content else {
        return nil
      }
      switch arena.objects[index].name.split(separator: ".").last ?? "" {
      case "SpatialConvolution", "SpatialConvolutionMM", "SpatialConvolution1_fw", "SpatialConvolution1", "Linear":
        layers.append(content)
      case "ReLU", "Sigmoid", "Normalize2", "Normalize", "StereoJoin", "StereoJoin1", "Reshape", "View": break
      default: return nil
      }
    }
    return layers
  }

  /// The weight of a layer as `[out, in, y, x]` or `[out, in]`: some classes keep the taps in one axis, some have taps 1×1.
  private func weight(of layer: Int, rank: Int) -> WeightTensor? {
    guard let weight = member("weight", of: layer), let outputs = weight.shape.first, outputs > 0 else { return nil }
    if weight.shape.count == rank { return weight }
    if rank == 2 { return WeightTensor(name: "", shape: [outputs, weight.count / outputs], values: weight.values()) }
    guard weight.shape.count == 2, case .number(let width)? = arena[layer, "kW"],
      case .number(let height)? = arena[layer, "kH"], let columns = Int(exactly: width),
      let rows = Int(exactly: height),
      (1...64).contains(rows), (1...64).contains(columns), weight.shape[1] % (rows * columns) == 0
    else { return nil }
    return WeightTensor(
      name: "", shape: [outputs, weight.shape[1] / (rows * columns), rows, columns], values: weight.values())
  }

  private func member(_ name: String, of table: Int) -> WeightTensor? {
    guard case .tensor(let index)? = arena[table, name] else { return nil }
    return tensor(index, name: name)
  }

  // MARK: - Other networks

  private mutating func take(_ value: Torch7Value, name: String, depth: Int) {
    switch value {
    case .tensor(let index):
      if arena.tensors[index].storage != nil && tensors.count < Self.mostTensors {
        tensors.append(tensor(index, name: name))
      }
    case .object(let index): take(arena.objects[index].content, name: name, depth: depth)
    case .table(let index):
      guard depth <= Self.deepest, visited.insert(index).inserted else { return }
      for member in arena.tables[index] {
        let key: String
        switch member.key {
        case .text(let text): key = text
        case .number(let number): key = OrderedJSON.double(number).text
        default: continue
        }
        let path = name.isEmpty ? key : name + "." + key
        if path.utf8.count <= Self.longestName { take(member.value, name: path, depth: depth + 1) }
      }
    default: break
    }
  }

  private func tensor(_ index: Int, name: String) -> WeightTensor {
    let tensor = arena.tensors[index]
    guard let number = tensor.storage else { return WeightTensor(name: name, shape: [0], values: []) }
    let storage = arena.storages[number]
    if let values = storage.values {
      return WeightTensor(
        name: name, shape: tensor.shape,
        values: strided(values, from: tensor.offset, shape: tensor.shape, strides: tensor.strides))
    }
    return WeightTensor(
      name: name, shape: tensor.shape, elementType: storage.type,
      source: .bytes(
        bytes, offset: storage.place + tensor.offset * storage.type.byteCount, strides: tensor.strides))
  }
}
