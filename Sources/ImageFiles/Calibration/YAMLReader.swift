internal import CYAML

/// Reads YAML by libyaml's events: scalars stay texts, aliases are bounded before anything is repeated, keys are scalars.
///
/// JSON is read by it, too, of which YAML's flow style is a superset.
struct YAMLReader {
  /// What is wrong: an expectation and what was found.
  struct Problem: Error {
    let expected: String
    let found: String
  }

  /// A collection whose end has not come yet.
  private struct Open {
    var anchor: String?
    var isMapping: Bool
    var elements: [TextTree] = []
    var members: [TextTree.Member] = []
    var keys: Set<String> = []
    /// The key whose value comes next.
    var key: String?
  }

  private var open: [Open] = []
  private var anchors: [String: (node: TextTree, count: Int)] = [:]
  private var documents: [TextTree] = []
  private var nodeCount = 0

  /// The documents of a text; empty ones are left out.
  static func documents(_ text: String) throws(Problem) -> [TextTree] {
    var reader = YAMLReader()
    try reader.read(Array(text.utf8))
    return reader.documents
  }

  private mutating func read(_ bytes: [UInt8]) throws(Problem) {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { throw Problem(expected: "YAML", found: "no memory to read it") }
    defer { yaml_parser_delete(&parser) }
    // The parser keeps the pointer, so everything happens while it is valid.
    let problem: Problem? = bytes.withUnsafeBufferPointer { buffer in
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
      do throws(Problem) {
        while try takeEvent(of: &parser) {}
        return nil
      } catch {
        return error
      }
    }
    if let problem { throw problem }
  }

  /// Takes one event; false at the end of the stream.
  private mutating func takeEvent(of parser: inout yaml_parser_t) throws(Problem) -> Bool {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else {
      let reason = parser.problem.map { String(cString: $0) } ?? "damage"
      throw Problem(expected: "YAML", found: "\(reason) in line \(parser.problem_mark.line + 1)")
    }
    defer { yaml_event_delete(&event) }
    switch event.type {
    case YAML_STREAM_END_EVENT: return false
    case YAML_DOCUMENT_START_EVENT: anchors = [:]
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      try add(.scalar(String(decoding: text, as: UTF8.self)), count: 1, anchor: name(scalar.anchor))
    case YAML_SEQUENCE_START_EVENT:
      try enter(Open(anchor: name(event.data.sequence_start.anchor), isMapping: false))
    case YAML_MAPPING_START_EVENT:
      try enter(Open(anchor: name(event.data.mapping_start.anchor), isMapping: true))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      let collection = open.removeLast()
      let node: TextTree = collection.isMapping ? .mapping(collection.members) : .sequence(collection.elements)
      // The elements were counted as they came.
      try add(node, count: 1, anchor: collection.anchor)
    case YAML_ALIAS_EVENT:
      let alias = name(event.data.alias.anchor) ?? ""
      guard let (node, count) = anchors[alias] else {
        throw Problem(expected: "aliases of what came before", found: quoted("*" + alias))
      }
      try add(node, count: count, anchor: nil)
    default: break
    }
    return true
  }

  private func name(_ anchor: UnsafeMutablePointer<yaml_char_t>?) -> String? { anchor.map { String(cString: $0) } }

  private mutating func enter(_ collection: Open) throws(Problem) {
    try refuseAsKey()
    guard open.count < TextTree.Limits.depth else {
      throw Problem(expected: "collections nested at most \(TextTree.Limits.depth) deep", found: "deeper ones")
    }
    open.append(collection)
  }

  /// A collection as a key would have to be compared with other keys, which is work without end for nested aliases.
  private func refuseAsKey() throws(Problem) {
    if let last = open.last, last.isMapping, last.key == nil {
      throw Problem(expected: "keys that are words", found: "a collection as a key")
    }
  }

  private mutating func add(_ node: TextTree, count: Int, anchor: String?) throws(Problem) {
    nodeCount += count
    guard nodeCount <= TextTree.Limits.nodeCount else {
      throw Problem(expected: "at most \(TextTree.Limits.nodeCount) values, aliases expanded", found: "more")
    }
    if let anchor { anchors[anchor] = (node, node.nodeCount) }
    guard let last = open.indices.last else {
      if node.text != "" { documents.append(node) }
      return
    }
    guard open[last].isMapping else { return open[last].elements.append(node) }
    guard let key = open[last].key else {
      guard let text = node.text else { return try refuseAsKey() }
      guard open[last].keys.insert(text).inserted else {
        throw Problem(expected: "each key once", found: "\(quoted(text)) again")
      }
      open[last].key = text
      return
    }
    open[last].members.append(TextTree.Member(key: key, value: node))
    open[last].key = nil
  }
}
