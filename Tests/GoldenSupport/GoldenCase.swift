package import NeuralNetwork

/// One golden case of a network: images, weights by rule, the expected output and stages with their tolerances.
///
/// Source: `shared/golden/README.md`.
package struct GoldenCase: Sendable {
  /// The case's folder, for messages.
  package let name: String
  /// `psmnet`, `gcnet`, `ganet`, `dispnetc`, `iresnet_i2`, `flownetc`, `flownets`, `mccnn`.
  package let network: String
  /// `stackhourglass`, `basic`, `deep`, `11`, `fast`, …; empty if the network has none.
  package let variant: String
  /// Image size, pixels.
  package let imageHeight: Int
  /// Image size, pixels.
  package let imageWidth: Int
  /// Number of disparities; `nil` for the regression networks.
  package let maxDisparity: Int?
  /// PSMNet's convention; `nil` for the others.
  package let alignCorners: Bool?
  /// Whether a FlowNet has batch norm; `nil` for the others.
  package let batchNorm: Bool?
  /// DispNetC's correlation; `nil` for the others.
  package let singleDirection: Int?
  /// The network's outputs; `disparity` among them.
  package let outputs: [GoldenTensor]
  /// Activations on the way, in the order of the network.
  package let stages: [GoldenTensor]
  /// The whole of `case.json`.
  package let description: OrderedJSON
  private let expected: WeightStore
  private let folder: String

  /// The left image, a PNG file.
  package var leftImagePath: String { folder + "/left.png" }
  /// The right image, a PNG file.
  package var rightImagePath: String { folder + "/right.png" }

  /// Reads the case of that name from the shared material.
  ///
  /// - Throws: ``GoldenError`` or `WeightError` if the folder is not a golden case.
  package init(_ name: String) throws {
    let folder = SharedFiles.path("golden/\(name)")
    let json = try pythonDescription(folder + "/case.json")
    let expected = try WeightStore(path: folder + "/expected.safetensors")
    func text(_ key: String) -> String { json[key]?.stringValue ?? "" }
    guard let height = json["image_height"]?.integerValue, let width = json["image_width"]?.integerValue else {
      throw GoldenError(reason: "\(name): no image size")
    }
    self.name = name
    self.folder = folder
    self.expected = expected
    description = json
    network = text("network")
    variant = text("variant")
    imageHeight = height
    imageWidth = width
    maxDisparity = json["max_disparity"]?.integerValue
    alignCorners = json["align_corners"]?.boolValue
    batchNorm = json["batch_norm"]?.boolValue
    singleDirection = json["single_direction"]?.integerValue
    outputs = try goldenTensors(json["outputs"], in: expected)
    stages = try goldenTensors(json["stages"], in: expected)
  }

  /// The expected tensor `name` among outputs and stages; a stage may leave out `stage/`.
  ///
  /// - Throws: ``GoldenError`` if there is none.
  package func tensor(_ name: String) throws -> GoldenTensor {
    guard let tensor = (outputs + stages).first(where: { $0.name == name || $0.name == "stage/" + name }) else {
      throw GoldenError(reason: "\(self.name): no tensor \(name)")
    }
    return tensor
  }

  /// The case's weights: made by the rule, or stored where the case says so.
  ///
  /// - Throws: ``GoldenError`` if a parameter is not described.
  package func weights() throws -> WeightStore {
    guard let parameters = description["parameters"]?.elements, let seed = description["seed"]?.integerValue else {
      throw GoldenError(reason: "\(name): no parameters")
    }
    let tensors = try parameters.map { parameter -> WeightTensor in
      guard let key = parameter["key"]?.stringValue,
        let shape = parameter["shape"]?.elements?.compactMap(\.integerValue)
      else {
        throw GoldenError(reason: "\(name): a parameter without key or shape")
      }
      if let stored = parameter["stored"]?.stringValue {
        guard let tensor = expected[stored] else { throw GoldenError(reason: "\(name): \(stored) is not stored") }
        return WeightTensor(name: key, shape: shape, values: tensor.values())
      }
      guard let scale = parameter["scale"]?.number, let offset = parameter["offset"]?.number else {
        throw GoldenError(reason: "\(name): \(key) has no rule")
      }
      let values = SyntheticWeights.values(
        key, count: shape.reduce(1, *), seed: UInt64(seed), scale: scale, offset: offset)
      return WeightTensor(name: key, shape: shape, values: values)
    }
    return try WeightStore(tensors: tensors, path: "golden/\(name)")
  }
}

/// The tensors that a list of `case.json` describes.
private func goldenTensors(_ list: OrderedJSON?, in expected: WeightStore) throws -> [GoldenTensor] {
  try (list?.elements ?? []).map { entry in
    guard let name = entry["tensor"]?.stringValue, let shape = entry["shape"]?.elements?.compactMap(\.integerValue),
      let stride = entry["stride"]?.integerValue, let stored = expected[name]
    else { throw GoldenError(reason: "an expected tensor is not described: \(entry)") }
    // What is not to be compared (the margin of an arg-min) has no tolerance.
    let tolerance = entry["tolerance"]?.number ?? .infinity
    return GoldenTensor(
      name: name, shape: shape, stride: stride, tolerance: Float(tolerance), values: stored.values())
  }
}
