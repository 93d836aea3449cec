public import StereoCore
import Synchronization

/// Every kind of output, by name: one line each, and those that a package's user adds.
public enum OutputRegistry {
  private static let builtIn: [OutputKind] = [
    .disparity, .rightDisparity, .depth, .confidence, .validity, .preview, .depthPreview, .pointCloud,
  ]
  private static let added = Mutex<[OutputKind]>([])

  /// The kinds, in the order in which they are listed: the package's own, then those that were added.
  public static var all: [OutputKind] { builtIn + added.withLock { $0 } }

  /// Adds a kind, which every part of the library and the command line then knows by its name.
  ///
  /// - Throws: `StereoError.invalidOption(name:expected:found:)` if there is one of that name.
  public static func register(_ kind: OutputKind) throws(StereoError) {
    let isNew = added.withLock { list in
      if (builtIn + list).contains(where: { $0.name == kind.name }) { return false }
      list.append(kind)
      return true
    }
    if !isNew {
      throw .invalidOption(name: "output", expected: "a name that no other kind of output has", found: kind.name)
    }
  }

  /// The kind of the given name.
  ///
  /// - Throws: `StereoError.invalidOption(name:expected:found:)` with the known ones.
  public static func kind(named name: String) throws(StereoError) -> OutputKind {
    let all = all
    guard let found = all.first(where: { $0.name == name }) else {
      throw .invalidOption(
        name: "output", expected: "one of \(all.map(\.name).joined(separator: ", "))", found: name)
    }
    return found
  }
}
