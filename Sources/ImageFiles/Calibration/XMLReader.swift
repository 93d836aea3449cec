internal import CExpat

/// Reads XML as OpenCV's FileStorage writes it, by expat's events: elements become members, `<_>` elements of a sequence.
///
/// A document type is refused, and with it every entity, so that nothing is ever expanded.
final class XMLReader {
  /// An element whose end has not come yet.
  private struct Open {
    let name: String
    var text: [UInt8] = []
    var elements: [TextTree] = []
    var members: [TextTree.Member] = []
    var keys: Set<String> = []
  }

  private var open: [Open] = []
  private var root: TextTree?
  private var nodeCount = 0
  private var problem: YAMLReader.Problem?

  /// The root element's content.
  static func document(_ text: String) throws(YAMLReader.Problem) -> TextTree {
    let reader = XMLReader()
    guard let parser = XML_ParserCreate("UTF-8") else {
      throw YAMLReader.Problem(expected: "XML", found: "no memory to read it")
    }
    defer { XML_ParserFree(parser) }
    XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
    XML_SetElementHandler(
      parser,
      { user, name, _ in
        guard let user, let name else { return }
        XMLReader.of(user).enter(String(cString: name))
      }, { user, _ in if let user { XMLReader.of(user).leave() } })
    XML_SetCharacterDataHandler(parser) { user, bytes, count in
      guard let user, let bytes else { return }
      let text = UnsafeRawBufferPointer(start: bytes, count: Int(count))
      XMLReader.of(user).add(text)
    }
    XML_SetStartDoctypeDeclHandler(parser) { user, _, _, _, _ in
      if let user { XMLReader.of(user).refuse("no document type", "one") }
    }
    // Small pieces, so that a refusal ends the reading soon.
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count && reader.problem == nil {
      let end = min(start + 4096, bytes.count)
      let status = bytes[start..<end].withUnsafeBytes {
        XML_Parse(parser, $0.bindMemory(to: CChar.self).baseAddress, Int32(end - start), end == bytes.count ? 1 : 0)
      }
      if status != XML_STATUS_OK && reader.problem == nil {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "damage"
        reader.refuse("XML", "\(reason) in line \(XML_GetCurrentLineNumber(parser))")
      }
      start = end
    }
    if let problem = reader.problem { throw problem }
    return reader.root ?? .mapping([])
  }

  private static func of(_ user: UnsafeMutableRawPointer) -> XMLReader {
    Unmanaged<XMLReader>.fromOpaque(user).takeUnretainedValue()
  }

  private func refuse(_ expected: String, _ found: String) {
    if problem == nil { problem = YAMLReader.Problem(expected: expected, found: found) }
  }

  private func enter(_ name: String) {
    nodeCount += 1
    if nodeCount > TextTree.Limits.nodeCount { refuse("at most \(TextTree.Limits.nodeCount) elements", "more") }
    if open.count > TextTree.Limits.depth {
      refuse("elements nested at most \(TextTree.Limits.depth) deep", "deeper ones")
    }
    if problem == nil { open.append(Open(name: name)) }
  }

  private func add(_ text: UnsafeRawBufferPointer) {
    if problem == nil, let last = open.indices.last { open[last].text.append(contentsOf: text) }
  }

  private func leave() {
    guard problem == nil, let element = open.popLast() else { return }
    let node: TextTree =
      if !element.elements.isEmpty {
        .sequence(element.elements)
      } else if !element.members.isEmpty {
        .mapping(element.members)
      } else {
        .scalar(Self.trimmed(String(decoding: element.text, as: UTF8.self)))
      }
    guard let last = open.indices.last else { return root = node }
    if element.name == "_" { return open[last].elements.append(node) }
    guard open[last].keys.insert(element.name).inserted else {
      return refuse("each element once", "\(quoted(element.name)) again")
    }
    open[last].members.append(TextTree.Member(key: element.name, value: node))
  }

  /// Without the blanks around it, and without the quotes in which FileStorage writes strings.
  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    if rest.count > 1 && rest.first == "\"" && rest.last == "\"" { rest = rest.dropFirst().dropLast() }
    return String(rest)
  }
}
