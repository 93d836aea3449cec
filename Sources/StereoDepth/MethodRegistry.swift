public import StereoCore
import StereoMatching

/// Every method that the package has, by name: one line each.
public enum MethodRegistry {
  /// The methods, in the order in which they are listed.
  public static let all: [MethodDescription] =
    [semiGlobalMatching, mcCNNFast, mcCNNAccurate, mcCNNCensus, mcCNNAbsoluteDifferences] + endToEndNetworks

  /// The method with the given name.
  ///
  /// - Throws: `StereoError.unknownMethod(name:known:)`.
  public static func method(named name: String) throws(StereoError) -> MethodDescription {
    guard let found = all.first(where: { $0.name == name }) else {
      throw .unknownMethod(name: name, known: all.map(\.name))
    }
    return found
  }
}
