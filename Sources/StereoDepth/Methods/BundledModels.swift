internal import CModels
internal import Glibc
internal import NeuralNetwork

/// The weights that come with the package: `Models/NAME/NAME.safetensors`, compiled in and read in place.
///
/// A file of that name in the folder that the environment variable `STEREODEPTH_MODELS` names is taken instead.
enum BundledModels {
  /// The weights of a model; `nil` if there is no model of that name.
  ///
  /// - Throws: `WeightError`, if a file of the folder of `STEREODEPTH_MODELS` is not what it should be.
  static func store(of model: String) throws(WeightError) -> WeightStore? {
    if let path = path(of: model) { return try WeightStore(path: path) }
    guard let embedded = embedded(model) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: embedded.bytes, count: embedded.count)
    return try WeightStore(permanent: bytes, path: "bundled \(model)")
  }

  /// Whether there are weights of a model.
  static func has(_ model: String) -> Bool { path(of: model) != nil || embedded(model) != nil }

  /// The file that replaces the bundled weights of a model, if there is one.
  private static func path(of model: String) -> String? {
    guard let folder = getenv("STEREODEPTH_MODELS") else { return nil }
    let path = "\(String(cString: folder))/\(model)/\(model).safetensors"
    return access(path, R_OK) == 0 ? path : nil
  }

  private static func embedded(_ model: String) -> sd_model? {
    (0..<sd_model_count()).lazy.compactMap { sd_model_at($0)?.pointee }.first { String(cString: $0.name) == model }
  }
}
