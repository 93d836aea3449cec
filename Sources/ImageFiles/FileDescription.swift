internal import CImageCodecs
public import StereoCore
import Tensors

/// What a file is, for people and programs.
public struct FileDescription: Equatable, Sendable {
  /// What the content is.
  public enum Kind: String, Encodable, Sendable {
    /// A picture; gray ones of 16 bits may be maps.
    case image
    /// One real value per pixel.
    case map
    /// Points in space.
    case pointCloud
    /// Focal length, baseline and so on.
    case calibration
  }

  /// A property's value.
  public enum Value: Equatable, Sendable {
    /// A number.
    case number(Double)
    /// A word.
    case text(String)
    /// Yes or no.
    case flag(Bool)
    /// Several values.
    case list([Value])
    /// Named values, in the order in which people read them.
    case object([Member])

    /// A named value.
    public struct Member: Equatable, Sendable {
      /// What it is.
      public let name: String
      /// What it has.
      public let value: Value
    }
  }

  /// The file.
  public let path: String
  /// What the content is.
  public let kind: Kind
  /// The file's format.
  public let format: String
  /// Width and height, pixels, where it has them.
  public var size: PixelSize?
  /// What else is known, in the order in which people read it.
  public private(set) var properties: [(name: String, value: Value)] = []

  /// A description without properties.
  init(path: String, kind: Kind, format: String) {
    self.path = path
    self.kind = kind
    self.format = format
  }

  mutating func add(_ name: String, _ value: Double) { properties.append((name, .number(value))) }
  mutating func add(_ name: String, _ value: String) { properties.append((name, .text(value))) }
  mutating func add(_ name: String, _ value: Bool) { properties.append((name, .flag(value))) }
  mutating func add(_ name: String, _ value: Value) { properties.append((name, value)) }

  /// True if everything said is the same.
  public static func == (first: FileDescription, second: FileDescription) -> Bool {
    first.path == second.path && first.kind == second.kind && first.format == second.format
      && first.size == second.size && first.properties.elementsEqual(second.properties, by: ==)
  }
}

extension FileDescription.Value: CustomStringConvertible, Encodable {
  /// As people read it: whole numbers without a point.
  public var description: String {
    switch self {
    case .number(let value): value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .text(let text): text
    case .flag(let flag): flag ? "yes" : "no"
    case .list(let values): values.map(\.description).joined(separator: " ")
    case .object(let members): "(" + members.map { "\($0.name) \($0.value)" }.joined(separator: ", ") + ")"
    }
  }

  /// A JSON number, string, boolean, array or object.
  public func encode(to encoder: any Encoder) throws {
    if case .object(let members) = self {
      var container = encoder.container(keyedBy: FileDescription.Key.self)
      for member in members { try container.encode(member.value, forKey: .init(stringValue: member.name)) }
      return
    }
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .list(let values): try container.encode(values)
    case .object: break
    }
  }
}

extension FileDescription: CustomStringConvertible, Encodable {
  /// One line: the file, what it is and every property.
  public var description: String {
    var parts = ["\(path): \(kind.rawValue), \(format)"]
    if let size { parts.append("\(size)") }
    parts += properties.map { "\($0.name) \($0.value)" }
    return parts.joined(separator: ", ")
  }

  fileprivate struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// A flat JSON object: `path`, `kind`, `format`, `width`, `height` and the properties.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    func key(_ name: String) -> Key { Key(stringValue: name) }
    try container.encode(path, forKey: key("path"))
    try container.encode(kind, forKey: key("kind"))
    try container.encode(format, forKey: key("format"))
    if let size {
      try container.encode(size.width, forKey: key("width"))
      try container.encode(size.height, forKey: key("height"))
    }
    for property in properties { try container.encode(property.value, forKey: key(property.name)) }
  }
}

/// What descriptions are made for, in messages.
let inspecting = "inspecting"

extension FileDescription {
  /// Adds size, share of valid pixels and limits of a map's values.
  mutating func describe(_ samples: borrowing StoredSamples) {
    size = PixelSize(width: samples.values.width, height: samples.values.height)
    var (least, greatest, count) = (Float.infinity, -Float.infinity, 0)
    let zeroIsNone = samples.kind != .real
    for y in 0..<samples.values.height {
      let row = samples.values.row(y)
      for x in row.indices where row[x].isFinite && !(zeroIsNone && row[x] == 0) {
        (least, greatest, count) = (min(least, row[x]), max(greatest, row[x]), count + 1)
      }
    }
    add("validFraction", Double(count) / Double(samples.values.count))
    if count > 0 {
      add("least", Double(least))
      add("greatest", Double(greatest))
    }
  }
}

/// Describes a picture by its header; of gray pictures of 16 bits also the values, as they may be a map.
func describeImage(_ content: FileContent, format: String, codec: ImageCodec) throws(FileError) -> FileDescription {
  let header = try codec.readHeader(content, inspecting)
  // Reading it all shows damage.
  let image = try codec.read(content, inspecting)
  var description = FileDescription(path: content.path, kind: .image, format: format)
  description.size = image.size
  description.add("channels", Double(header.file_channels))
  description.add("bitsPerSample", Double(header.file_bits))
  description.add("palette", header.has_palette == 1)
  description.add("alpha", header.has_alpha == 1)
  description.add("interlaced", header.is_interlaced == 1)
  if image.orientation != .upright { description.add("orientation", Double(image.orientation.rawValue)) }
  description.add("readAs", image.format.rawValue)
  if image.format == .gray16 {
    description.describe(try graySamples(image, divisor: 1, content: content, operation: inspecting))
  }
  return description
}

/// What a file is: an image, a map or a calibration.
///
/// - Throws: ``FileError/unreadable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if it
///   is damaged or none of these.
public func inspectFile(_ path: String) throws(FileError) -> FileDescription {
  let content = try FileContent(of: path, operation: inspecting)
  if let format = FileFormat.recognised(content.bytes), let describe = format.describe { return try describe(content) }
  return try describeCalibration(content)
}
