internal import Files

/// The safetensors format: eight bytes of header length N (little-endian), N bytes of JSON, then the tensors' bytes.
///
///     {"__metadata__": {"method": "psmnet"}, "conv1.weight": {"dtype": "F32", "shape": [32, 3, 3, 3], "data_offsets": [0, 3456]}}
///
/// Offsets count from the end of the header. As the format demands, the tensors must cover the bytes after the header without
/// gaps and without overlap, and the header is at most 100 MB.
/// Source: <https://github.com/huggingface/safetensors>, section "Format".
public enum SafeTensors {
  /// The longest header that the format allows, bytes.
  static let longestHeader = 100_000_000
  /// The most axes that a tensor may have here; networks need five.
  static let highestRank = 16

  /// Reads the directory of a safetensors file.
  ///
  /// - Throws: ``WeightError/file(_:)``.
  static func read(_ bytes: FileBytes, path: String) throws(WeightError) -> WeightStore {
    var reading = SafeTensorsReading(bytes: bytes, path: path)
    return try reading.store()
  }

  /// Whether the first bytes look like a safetensors file: a `{` after a header length that is not absurdly small.
  static func recognises(_ bytes: FileBytes) -> Bool { bytes.count >= 10 && bytes[8] == UInt8(ascii: "{") }
}

/// One reading of a safetensors directory.
private struct SafeTensorsReading {
  let bytes: FileBytes
  let path: String
  var headerEnd = 8

  /// A tensor as the header describes it.
  struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    let range: Range<Int>
  }

  func invalid(_ expected: String, _ found: String, at: Int? = nil) -> WeightError {
    .invalid(path: path, operation: "reading safetensors", expected: expected, found: found, at: at)
  }

  mutating func store() throws(WeightError) -> WeightStore {
    guard bytes.count >= 8 else { throw invalid("8 bytes of header length", "\(bytes.count) bytes", at: 0) }
    let length = bytes.integer(at: 0, as: UInt64.self)
    guard length <= SafeTensors.longestHeader else {
      throw invalid("a header of at most \(SafeTensors.longestHeader) bytes", "\(length)", at: 0)
    }
    guard Int(length) <= bytes.count - 8 else {
      throw invalid("a header of \(length) bytes", "only \(bytes.count - 8) more bytes", at: 0)
    }
    headerEnd = 8 + Int(length)
    let header: OrderedJSON
    do {
      header = try JSONReader.parse(bytes.array(8..<headerEnd))
    } catch {
      throw invalid(error.expected, error.found, at: 8 + error.offset)
    }
    guard case .object(let members) = header else { throw invalid("an object as header", "something else", at: 8) }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    for member in members {
      if member.name == "__metadata__" {
        metadata = try strings(member.value)
      } else {
        entries.append(try entry(member.name, member.value))
      }
    }
    try checkCoverage(entries)
    let tensors = entries.map {
      WeightTensor(
        name: $0.name, shape: $0.shape, elementType: $0.type,
        source: .bytes(bytes, offset: headerEnd + $0.range.lowerBound, strides: contiguousStrides(of: $0.shape)))
    }
    return try WeightStore(
      every: tensors, root: NameRoot.suggested(for: tensors.map(\.name), containers: []), metadata: metadata,
      path: path,
      container: .safeTensors)
  }

  func strings(_ value: OrderedJSON) throws(WeightError) -> [String: String] {
    guard case .object(let members) = value else { throw invalid("an object as __metadata__", "something else") }
    var metadata: [String: String] = [:]
    for member in members {
      guard let text = member.value.stringValue else {
        throw invalid("strings in __metadata__", "something else for \(quoted(member.name))")
      }
      metadata[member.name] = text
    }
    return metadata
  }

  func entry(_ name: String, _ value: OrderedJSON) throws(WeightError) -> Entry {
    let tensor = "tensor \(quoted(name))"
    guard case .object(let members) = value else { throw invalid("\(tensor) to be an object", "something else") }
    if let extra = members.first(where: { !["dtype", "shape", "data_offsets"].contains($0.name) }) {
      throw invalid("dtype, shape and data_offsets of \(tensor)", quoted(extra.name))
    }
    guard let typeName = value["dtype"]?.stringValue else { throw invalid("a dtype of \(tensor)", "none") }
    guard let type = ElementType(rawValue: typeName) else {
      throw invalid(
        "a dtype of \(tensor) among \(ElementType.allCases.map(\.rawValue).joined(separator: ", "))", quoted(typeName))
    }
    let shape = try extents(value["shape"], of: tensor)
    guard let offsets = value["data_offsets"]?.elements, offsets.count == 2, let begin = offsets[0].integerValue,
      let end = offsets[1].integerValue
    else { throw invalid("two integers as data_offsets of \(tensor)", "something else") }
    guard begin >= 0, begin <= end, end <= bytes.count - headerEnd else {
      throw invalid(
        "data_offsets of \(tensor) inside the \(bytes.count - headerEnd) bytes after the header", "[\(begin), \(end)]")
    }
    guard let size = byteCount(shape, type), size == end - begin else {
      throw invalid("as many bytes for \(tensor) as \(typeName) \(shape) takes", "\(end - begin)")
    }
    return Entry(name: name, type: type, shape: shape, range: begin..<end)
  }

  func extents(_ value: OrderedJSON?, of tensor: String) throws(WeightError) -> [Int] {
    guard let elements = value?.elements else { throw invalid("a shape of \(tensor)", "none") }
    guard elements.count <= SafeTensors.highestRank else {
      throw invalid("at most \(SafeTensors.highestRank) axes in \(tensor)", "\(elements.count)")
    }
    var shape: [Int] = []
    for element in elements {
      guard let extent = element.integerValue, extent >= 0 else {
        throw invalid(
          "extents of \(tensor) that are integers from 0", element.integerValue.map(String.init) ?? "something else")
      }
      shape.append(extent)
    }
    return shape
  }

  /// No byte belongs to two tensors, none to nobody.
  func checkCoverage(_ entries: [Entry]) throws(WeightError) {
    var reached = 0
    var previous: Entry?
    for entry in entries.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      if entry.range.lowerBound < reached {
        throw invalid(
          "tensors that do not overlap", "\(quoted(entry.name)) begins inside \(quoted(previous?.name ?? ""))",
          at: headerEnd + entry.range.lowerBound)
      }
      if entry.range.lowerBound > reached {
        throw invalid(
          "tensors without gaps",
          "\(entry.range.lowerBound - reached) bytes before \(quoted(entry.name)) that nobody owns",
          at: headerEnd + reached)
      }
      reached = entry.range.upperBound
      previous = entry
    }
    if reached != bytes.count - headerEnd {
      throw invalid(
        "the end of the file after the last tensor", "\(bytes.count - headerEnd - reached) more bytes",
        at: headerEnd + reached)
    }
  }
}

/// Bytes of a contiguous tensor; `nil` if that is more than an `Int` holds.
func byteCount(_ shape: [Int], _ type: ElementType) -> Int? {
  var count = type.byteCount
  for extent in shape {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if overflow { return nil }
    count = product
  }
  return count
}
