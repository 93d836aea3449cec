public import StereoCore
public import Tensors

/// One format of images and maps: how it is recognised, read and written.
///
/// Files are recognised by their first bytes, never by their name; outputs are chosen by the extension of their path. A
/// new format is one file with a value of this type, and one line in ``all``.
public struct FileFormat: Sendable {
  /// As people call it.
  public let name: String
  /// Extensions of file names, lower case without the dot, the usual one first.
  public let extensions: [String]
  /// First bytes of such files, where they alone tell it.
  let signatures: [[UInt8]]
  /// Whether bytes are such a file, where first bytes alone do not tell it.
  var recognises: (@Sendable ([UInt8]) -> Bool)?
  /// Reads a picture, where the format has pictures.
  var readImage: (@Sendable (FileContent, _ operation: String) throws(FileError) -> Image)?
  /// Reads the size of a picture, where that is quicker than reading the picture.
  var readSize: (@Sendable (FileContent, _ operation: String) throws(FileError) -> PixelSize)?
  /// Reads one value per pixel as it is stored, where the format has that.
  var readSamples: (@Sendable (FileContent, _ operation: String) throws(FileError) -> StoredSamples)?
  /// Describes a file.
  var describe: (@Sendable (FileContent) throws(FileError) -> FileDescription)?
  /// Encodes real values; NaN and infinities are replaced by the value given with them.
  var encodeReal: (@Sendable (borrowing Plane<Float>, _ none: Float) -> [UInt8])?
  /// What a pixel without disparity has in files of real values.
  var noDisparity: Float = .nan
  /// Encodes whole numbers of 16 bits.
  var encodeInteger: (@Sendable (borrowing Plane<UInt16>) throws(CodecFailure) -> [UInt8])?

  /// How points in space are written, where the format has them.
  var points: PointEncoding?

  /// Every format, in the order in which files are compared with them.
  public static let all: [FileFormat] = [.png, .jpeg, .tiff, .webp, .bmp, .pnm, .pfm, .npy, .npz, .flo, .ply, .pcd]

  /// The format of the bytes.
  static func recognised(_ bytes: [UInt8]) -> FileFormat? {
    all.first { format in
      format.signatures.contains { bytes.starts(with: $0) } || format.recognises?(bytes) == true
    }
  }

  /// The format of a path by its extension.
  static func named(_ path: String) -> FileFormat? {
    let suffix = fileExtension(path)
    return all.first { $0.extensions.contains(suffix) }
  }

  /// The format that a file has by its content, among those that `isUsable`.
  static func of(
    _ content: FileContent, operation: String, where isUsable: (FileFormat) -> Bool
  ) throws(FileError) -> FileFormat {
    guard let format = recognised(content.bytes), isUsable(format) else {
      throw .invalid(
        path: content.path, operation: operation,
        expected: "a file in one of the formats \(all.filter(isUsable).map(\.name).joined(separator: ", "))",
        found: recognised(content.bytes).map { "a \($0.name)" } ?? ForeignFormat.name(of: content.bytes)
          ?? "something else")
    }
    return format
  }

  /// The format in which `path` asks to be written, among those that `isUsable`.
  static func forWriting(
    _ path: String, operation: String, where isUsable: (FileFormat) -> Bool
  ) throws(FileError) -> FileFormat {
    guard let format = named(path), isUsable(format) else {
      let known = all.filter(isUsable).map { "." + $0.extensions[0] }.joined(separator: ", ")
      throw .unwritable(
        path: path, operation: operation, reason: "expected a name that ends in \(known), found \(quoted(path))")
    }
    return format
  }
}

/// The most pixels that an image or map may have.
let greatestPixelCount = RectifiedPair.greatestPixelCount

/// One value per pixel as a file stores it.
struct StoredSamples: ~Copyable, Sendable {
  /// What the values are.
  enum Kind: Equatable, Sendable {
    /// Real numbers; NaN and infinities are no value.
    case real
    /// Whole numbers; 0 is no value. Without another instruction, `divisor` of them are one pixel of disparity.
    case whole(divisor: Double)
  }

  /// `[H, W]`, as stored.
  var values: Plane<Float>
  /// What they are.
  let kind: Kind
  /// True for signed whole numbers of 16 bits, as which OpenCV's matchers give 16 times the disparity.
  var isSigned16 = false
}

/// A file's content is read as a picture.
///
/// The format is chosen by content. Samples of 16 bits stay as they are; fewer than 8 bits are scaled to 0 … 255; palettes become RGB; alpha is left out without compositing.
///
/// - Throws: ``FileError/unreadable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if
///   the file is empty, damaged, cut short, of another format or has more than `RectifiedPair.greatestPixelCount` pixels.
public func readImage(_ path: String) throws(FileError) -> Image {
  let operation = "reading an image"
  return try readImage(FileContent(of: path, operation: operation), operation: operation)
}

/// Reads where an image holds no image: a picture of any format that is 0, in every channel, there and not elsewhere.
///
/// - Returns: `[H, W]`, 0 or 255.
/// - Throws: ``FileError``, as ``readImage(_:)``.
public func readMask(_ path: String) throws(FileError) -> Plane<UInt8> {
  let operation = "reading a mask"
  let image = try readImage(FileContent(of: path, operation: operation), operation: operation)
  var mask = Plane<UInt8>(width: image.width, height: image.height, repeating: 0)
  let count = image.format.bytesPerPixel
  for y in 0..<mask.height {
    let source = image.bytes.row(y)
    var row = mask.mutableRow(y)
    for x in row.indices {
      for at in x * count..<(x + 1) * count where source[at] != 0 { row[x] = 255 }
    }
  }
  return mask
}

/// The size of a picture, by its header where the format has one.
///
/// - Throws: ``FileError``, as ``readImage(_:)``; damage behind the header is not noticed.
public func readImageSize(_ path: String) throws(FileError) -> PixelSize {
  let operation = "reading an image's size"
  let content = try FileContent(of: path, operation: operation)
  let format = try FileFormat.of(content, operation: operation) { $0.readImage != nil }
  if let read = format.readSize { return try read(content, operation) }
  return try readImage(content, operation: operation).size
}

/// A picture from a file's bytes; as ``readImage(_:)``.
package func readImage(
  _ content: FileContent, operation: String = "reading an image"
) throws(FileError) -> Image {
  let format = try FileFormat.of(content, operation: operation) { $0.readImage != nil }
  guard let read = format.readImage else { preconditionFailure("\(format.name) reads no images") }
  return try read(content, operation)
}
