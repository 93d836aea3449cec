/// Where in a file the tensors of a network are: the containers and prefixes that training programs put around their names.
///
/// `{"epoch": 3, "state_dict": {"module.conv1.weight": …}}` holds them below `state_dict.module.`: the checkpoint's
/// dictionary, then what DataParallel adds (`module`), `torch.compile` (`_orig_mod`), or a class around the network (`model`, `net`).
enum NameRoot {
  /// Names of containers and prefixes, the first to be looked into first.
  static let segments = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights", "params", "generator",
    "module", "_orig_mod", "ema", "ema_state_dict", "state_dict_ema", "model_ema", "params_ema", "ema_model", "shadow",
  ]
  private static let ranks = Dictionary(uniqueKeysWithValues: segments.enumerated().map { ($1, $0) })
  /// Containers and prefixes one inside another.
  private static let deepest = 8
  private static let mostCandidates = 64

  /// The root that the names of a file suggest, without asking a network: the first known container of several, and every
  /// known prefix that all names below it have; empty, or with a dot at its end.
  ///
  /// - Parameter containers: paths of dictionaries; a part of a name before a dot may also be a part of the network.
  static func suggested(for names: [String], containers: Set<String>) -> String {
    var root = ""
    for _ in 0..<deepest {
      var first: Set<Substring> = []
      var isPrefix = true
      for name in names where name.hasPrefix(root) {
        let rest = name.dropFirst(root.count)
        let segment = rest.prefix { $0 != "." }
        first.insert(segment)
        isPrefix = isPrefix && segment.endIndex < rest.endIndex
      }
      if let container = segments.first(where: { first.contains($0[...]) && containers.contains(root + $0) }) {
        root += container + "."
      } else if isPrefix, first.count == 1, let only = first.first, ranks[String(only)] != nil {
        root += only + "."
      } else {
        break
      }
    }
    return root
  }

  /// Every root below which a network's names may be found, in order: known containers and prefixes, then what all names have
  /// in common.
  static func candidates(for names: [String]) -> [String] {
    var found: Set<String> = [""]
    for name in names where found.count < mostCandidates {
      var root = ""
      for segment in name.split(separator: ".").dropLast().prefix(deepest) {
        guard ranks[String(segment)] != nil else { break }
        root += segment + "."
        found.insert(root)
      }
    }
    let known = found.sorted { order($0).lexicographicallyPrecedes(order($1)) }
    return known + common(names).filter { !found.contains($0) }
  }

  private static func order(_ root: String) -> [Int] { root.split(separator: ".").map { ranks[String($0)] ?? 0 } }

  /// The dotted prefixes that all names have.
  private static func common(_ names: [String]) -> [String] {
    guard var shared = names.first?.split(separator: ".").dropLast().map(String.init) else { return [] }
    for name in names.dropFirst() {
      let parts = name.split(separator: ".").dropLast()
      shared = Array(zip(shared, parts).prefix { $0 == $1 }.map(\.0))
      if shared.isEmpty { return [] }
    }
    return (1...shared.count).prefix(deepest).map { shared.prefix($0).joined(separator: ".") + "." }
  }
}
