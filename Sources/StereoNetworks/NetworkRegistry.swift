package import StereoCore

/// Every end-to-end network that the package has: one line each.
public enum NetworkRegistry {
  static let all: [any StereoNetwork.Type] = [
    PSMNet.self,
    PSMNetBasic.self,
    GCNet.self,
    FlowNetS.self,
    FlowNetC.self,
    DispNetC.self,
    IResNet.self,
    GANetDeep.self,
    GANet11.self,
    GANet15.self,
    ModuleNet.self,
  ]

  /// What each network is.
  public static var cards: [ModelCard] { all.map { $0.card } }

  /// The network with the given name.
  ///
  /// - Throws: ``StereoError/unknownMethod(name:known:)``.
  package static func network(named name: String) throws(StereoError) -> any StereoNetwork.Type {
    guard let found = all.first(where: { $0.card.name == name }) else {
      throw .unknownMethod(name: name, known: all.map { $0.card.name })
    }
    return found
  }
}
