internal import NeuralNetwork
internal import StereoCore

/// Where the weights of a run come from: a file that the user names, else the bundled model of the preset.
struct WeightSource: Sendable {
  /// What is read.
  let store: WeightStore
  /// What was taken, for people.
  let note: String

  /// Opens a file that the user names.
  ///
  /// - Throws: `WeightError`.
  init(file path: String) throws {
    store = try WeightStore(path: path)
    note = "weights: \(path)"
  }

  /// Opens a bundled model for a method.
  ///
  /// - Throws: `StereoError.missingWeights(method:hint:)` where it is not found; `WeightError`.
  init(bundled model: String, for method: String, preset: String? = nil) throws {
    guard let store = try BundledModels.store(of: model) else {
      throw StereoError.missingWeights(
        method: method,
        hint:
          "\(model) is not among the bundled models: give --weights FILE, or name a folder of models in STEREODEPTH_MODELS"
      )
    }
    self.store = store
    note = "weights: \(model), bundled" + (preset.map { ", for the preset \($0)" } ?? "")
  }

  /// Whether a bundled model can be found.
  static func isBundled(_ model: String) -> Bool { BundledModels.has(model) }
}
