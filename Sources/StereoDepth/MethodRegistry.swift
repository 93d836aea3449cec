public import StereoCore
internal import StereoMatching
import Synchronization

/// Every method that the package has, by name: one line each; and those that a user of the package adds.
public enum MethodRegistry {
  private static let added = Mutex<[MethodDescription]>([])

  /// The methods, in the order in which they are listed.
  public static var all: [MethodDescription] {
    [
      semiGlobalMatching, composedPipeline, mcCNNFast, mcCNNAccurate, mcCNNCensus, mcCNNAbsoluteDifferences,
    ] + endToEndNetworks + added.withLock { $0 }
  }

  /// Adds a method, for the whole process; any thread may.
  ///
  /// - Throws: `StereoError.invalidOption(name:expected:found:)` for a name that there is.
  public static func register(_ method: MethodDescription) throws(StereoError) {
    let names = all.map(\.name)
    let isNew = !names.contains(method.name)
    guard isNew, added.withLock({ add(method, to: &$0) }) else {
      throw .invalidOption(name: "method", expected: "a name that is not yet used", found: method.name)
    }
  }

  /// Adds a method unless another thread was faster.
  private static func add(_ method: MethodDescription, to methods: inout [MethodDescription]) -> Bool {
    guard !methods.contains(where: { $0.name == method.name }) else { return false }
    methods.append(method)
    return true
  }

  /// The method with the given name.
  ///
  /// - Throws: `StereoError.unknownMethod(name:known:)`.
  public static func method(named name: String) throws(StereoError) -> MethodDescription {
    let all = all
    guard let found = all.first(where: { $0.name == name }) else {
      throw .unknownMethod(name: name, known: all.map(\.name))
    }
    return found
  }

  /// The names of the methods that give something.
  static func names(giving ability: MethodDescription.Ability) -> [String] {
    all.filter { $0.gives.contains(ability) }.map(\.name)
  }
}
