/// What a YAML, JSON or XML file holds, before any of its texts is taken for a number.
///
/// A number such as `1:1:1` or `0x1F` means different things to different readers of YAML; here it stays the text that it
/// is until a format asks for a number of a certain kind.
indirect enum TextTree: Sendable {
  /// A text, without quotes.
  case scalar(String)
  /// Elements in order.
  case sequence([TextTree])
  /// Members in order; no key occurs twice.
  case mapping([Member])

  /// One member of a mapping.
  struct Member: Sendable {
    /// Its key.
    let key: String
    /// Its value.
    let value: TextTree
  }

  /// What every reader of trees keeps to, so that no file can ask for more work than it has bytes.
  enum Limits {
    /// Levels of nesting.
    static let depth = 32
    /// Nodes of all documents together, those that aliases repeat counted again.
    static let nodeCount = 200_000
  }

  /// The member `key` of a mapping.
  subscript(key: String) -> TextTree? { members.first { $0.key == key }?.value }

  /// The members of a mapping, none of anything else.
  var members: [Member] { if case .mapping(let members) = self { members } else { [] } }
  /// The elements of a sequence.
  var elements: [TextTree]? { if case .sequence(let elements) = self { elements } else { nil } }
  /// The text of a scalar.
  var text: String? { if case .scalar(let text) = self { text } else { nil } }

  /// Number of nodes, this one counted.
  var nodeCount: Int {
    switch self {
    case .scalar: 1
    case .sequence(let elements): elements.reduce(1) { $0 + $1.nodeCount }
    case .mapping(let members): members.reduce(1) { $0 + $1.value.nodeCount }
    }
  }

  /// Every mapping in it, outer ones before those inside them, with the keys that lead there.
  func mappings(below path: [String] = []) -> [(path: [String], node: TextTree)] {
    switch self {
    case .scalar: []
    case .sequence(let elements): elements.flatMap { $0.mappings(below: path) }
    case .mapping(let members):
      [(path, self)] + members.flatMap { $0.value.mappings(below: path + [$0.key]) }
    }
  }
}
