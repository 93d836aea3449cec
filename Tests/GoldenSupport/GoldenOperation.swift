package import NeuralNetwork

/// One operator fixture of `shared/golden/ops`: inputs, attributes, and the output of a float64 reference.
package struct GoldenOperation: Sendable {
  /// The fixture's name, unique.
  package let name: String
  /// The operation: `conv`, `conv_batch_norm`, …
  package let operation: String
  /// Stride, padding, … as the fixture writes them.
  package let attributes: OrderedJSON
  /// Input tensors in order: data, weight, bias for convolutions.
  package let inputs: [WeightTensor]
  /// What must come out.
  package let output: GoldenTensor
  /// How the inputs are used, where that needs saying.
  package let note: String

  /// All fixtures.
  ///
  /// - Throws: ``GoldenError`` or `WeightError` if the folder is not what its README says.
  package static func all() throws -> [GoldenOperation] {
    let folder = SharedFiles.path("golden/ops")
    let json = try pythonDescription(folder + "/ops.json")
    let store = try WeightStore(path: folder + "/ops.safetensors")
    guard let cases = (json["cases"] ?? json).elements else { throw GoldenError(reason: "ops.json: no cases") }
    return try cases.map { try GoldenOperation($0, store) }
  }
}

extension GoldenOperation {
  private init(_ fixture: OrderedJSON, _ store: WeightStore) throws {
    func stored(_ entry: OrderedJSON?) throws -> WeightTensor {
      guard let name = entry?["tensor"]?.stringValue, let shape = entry?["shape"]?.elements?.compactMap(\.integerValue),
        let tensor = store[name], tensor.shape == shape
      else { throw GoldenError(reason: "ops.json: a tensor is not stored as described") }
      return tensor
    }
    guard let name = fixture["name"]?.stringValue, let operation = fixture["op"]?.stringValue,
      let tolerance = fixture["tolerance"]?.number
    else { throw GoldenError(reason: "ops.json: a fixture without name, op or tolerance") }
    let output = try stored(fixture["output"])
    self.init(
      name: name, operation: operation, attributes: fixture["attrs"] ?? .null,
      inputs: try (fixture["inputs"]?.elements ?? []).map { try stored($0) },
      output: GoldenTensor(
        name: output.name, shape: output.shape, stride: 1, tolerance: Float(tolerance), values: output.values()),
      note: fixture["note"]?.stringValue ?? "")
  }
}
