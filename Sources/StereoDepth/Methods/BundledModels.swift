internal import Glibc

/// Where the weights that come with the package lie: `Models/NAME/NAME.safetensors`.
///
/// Looked for in the folder that the environment variable `STEREODEPTH_MODELS` names, then in `Models` beside or above the
/// running program (a build inside the package), in `../share/stereodepth/Models` (an installation), and in `Models` below the
/// current folder.
enum BundledModels {
  /// The path of a model's weights; `nil` if they are in none of those folders.
  static func weights(of model: String) -> String? {
    folders.map { "\($0)/\(model)/\(model).safetensors" }.first { access($0, R_OK) == 0 }
  }

  private static var folders: [String] {
    var folders: [String] = []
    if let named = getenv("STEREODEPTH_MODELS") { folders.append(String(cString: named)) }
    if let program = realpath("/proc/self/exe", nil) {
      defer { free(program) }
      var parts = String(cString: program).split(separator: "/").dropLast()
      while !parts.isEmpty {
        let folder = "/" + parts.joined(separator: "/")
        folders += ["\(folder)/Models", "\(folder)/share/stereodepth/Models"]
        parts = parts.dropLast()
      }
    }
    return folders + ["Models"]
  }
}
