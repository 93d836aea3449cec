public import NeuralNetwork
internal import StereoCore
internal import StereoMatching

/// A published checkpoint, to be written in our format: safetensors, with the conventions that the checkpoint does not tell.
///
/// The metadata of the new file are the scalars of the old one, `method`, and every setting under its own key, where networks look
/// for them (`align-corners`). ``remarks`` are settings that say where weights come from; no method reads them.
public struct WeightConversion: Sendable {
  /// Settings that a file carries for people: under which licence the weights are, and what they were trained on.
  public static let remarks: Set<String> = ["licence", "training-data"]

  /// The checkpoint.
  public let store: WeightStore
  /// What the new file says beside the tensors.
  public let metadata: [String: String]

  /// Opens a checkpoint and, if a method is named, lets it read the weights with these settings, so that a file is only
  /// written if the method can use it.
  ///
  /// - Parameters:
  ///   - path: a file of weights of any kind that is read.
  ///   - name: the method that the weights are of; `nil` if nobody says.
  ///   - settings: conventions, by name.
  /// - Throws: `WeightError`, `StereoError` for an unknown method, one without weights, or settings it does not know.
  public init(of path: String, method name: String? = nil, settings: [String: String] = [:]) throws {
    store = try WeightStore(path: path)
    var metadata = store.metadata
    if let name {
      let method = try MethodRegistry.method(named: name)
      if method.weights == .none {
        throw StereoError.invalidOption(name: "--method", expected: "a method that has weights", found: name)
      }
      _ = try method.make(
        MethodRequest(
          method: name, preset: "raw", weights: path, settings: settings.filter { !Self.remarks.contains($0.key) }))
      metadata["method"] = name
    }
    self.metadata = metadata.merging(settings) { $1 }
  }

  /// The tensors that are written: those of floating-point numbers. Integers are counters of the training, which nothing needs.
  public var tensors: [WeightTensor] {
    let floating: Set<ElementType> = [.float64, .float32, .float16, .bfloat16]
    return store.tensors.filter { floating.contains($0.elementType) }
  }

  /// Writes ``tensors`` and ``metadata``.
  ///
  /// - Parameters:
  ///   - path: where the file goes; written beside and renamed.
  ///   - type: `F32`, or `F16` or `BF16` for a file of half the size, rounded.
  /// - Throws: `WeightError.file` if it cannot be written.
  public func write(to path: String, as type: ElementType = .float32) throws(WeightError) {
    try SafeTensors.write(tensors, metadata: metadata, to: path, as: type)
  }
}
