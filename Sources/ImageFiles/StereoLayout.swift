public import StereoCore
import Tensors

/// How one file holds both views of a pair.
public enum StereoLayout: String, CaseIterable, Sendable {
  /// The left view is the left half of the picture, the right view its right half.
  case sideBySide = "side-by-side"
  /// The left view is the top half of the picture, the right view its bottom half.
  case topBottom = "top-bottom"
  /// Two JPEG pictures after each other, the left view first: CIPA's Multi-Picture Format of stereo cameras.
  case mpo
}

/// A file with both views; read once, also where it is a pipe.
public struct StereoFile: Sendable {
  private let content: FileContent
  private let layout: StereoLayout
  private static let operation = "reading a stereo image"

  /// - Parameters:
  ///   - path: the file.
  ///   - layout: where its views are.
  /// - Throws: ``FileError/unreadable(path:operation:reason:)``; ``FileError/invalid(path:operation:expected:found:)`` if it is
  ///   empty.
  public init(_ path: String, layout: StereoLayout) throws(FileError) {
    self.init(try FileContent(of: path, operation: Self.operation), layout: layout)
  }

  /// A file's bytes.
  package init(_ content: FileContent, layout: StereoLayout) {
    self.content = content
    self.layout = layout
  }

  /// The left image.
  ///
  /// - Throws: ``FileError``, as ``readImage(_:)``, also where the picture has no two halves of one size.
  public func left() throws(FileError) -> Image { try view(isRight: false) }

  /// The right image.
  ///
  /// - Throws: ``FileError``, as ``left()``, also where the file has no second picture.
  public func right() throws(FileError) -> Image { try view(isRight: true) }

  private func view(isRight: Bool) throws(FileError) -> Image {
    if layout == .mpo {
      let start = isRight ? try startOfSecondPicture() : 0
      return try readImage(
        FileContent(path: content.path, bytes: Array(content.bytes[start...])), operation: Self.operation)
    }
    let both = try readImage(content, operation: Self.operation)
    let isWide = layout == .sideBySide
    guard (isWide ? both.width : both.height) % 2 == 0 else {
      throw .invalid(
        path: content.path, operation: Self.operation,
        expected: "an even number of \(isWide ? "columns" : "rows") for \(layout.rawValue)", found: "\(both.size)")
    }
    let size = PixelSize(width: isWide ? both.width / 2 : both.width, height: isWide ? both.height : both.height / 2)
    return both.part(size, x: isRight && isWide ? size.width : 0, y: isRight && !isWide ? size.height : 0)
  }

  /// Where the second JPEG of the file begins.
  private func startOfSecondPicture() throws(FileError) -> Int {
    let bytes = content.bytes
    if let end = endOfPicture(bytes) {
      var at = end
      while at + 2 < bytes.count {
        if bytes[at] == 0xFF, bytes[at + 1] == 0xD8, bytes[at + 2] == 0xFF { return at }
        at += 1
      }
    }
    throw .invalid(
      path: content.path, operation: Self.operation, expected: "two JPEG pictures after each other (MPO)",
      found: bytes.starts(with: [0xFF, 0xD8]) ? "one" : "another format")
  }

  /// The byte after the first picture's end marker: segments have a length, scans hold FF only before 0 and restart markers.
  private func endOfPicture(_ bytes: [UInt8]) -> Int? {
    guard bytes.starts(with: [0xFF, 0xD8]) else { return nil }
    var at = 2
    while at + 3 < bytes.count {
      guard bytes[at] == 0xFF else {
        at += 1
        continue
      }
      switch bytes[at + 1] {
      case 0xD9: return at + 2
      case 0, 0xFF, 0xD0...0xD7, 0x01: at += bytes[at + 1] == 0xFF ? 1 : 2
      default: at += 2 + max(2, Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
      }
    }
    return at + 2 <= bytes.count && bytes[at] == 0xFF && bytes[at + 1] == 0xD9 ? at + 2 : nil
  }
}

extension Image {
  /// The part of `size` pixels whose first pixel is at column `x`, row `y`.
  ///
  /// - Precondition: it lies inside.
  fileprivate func part(_ size: PixelSize, x: Int, y: Int) -> Image {
    let count = format.bytesPerPixel
    var samples = Plane<UInt8>(uninitializedWidth: size.width * count, height: size.height)
    for line in 0..<size.height {
      let source = bytes.row(y + line)
      var row = samples.mutableRow(line)
      for at in row.indices { row[at] = source[x * count + at] }
    }
    return Image(format: format, bytes: samples, declaredWhite: declaredWhite, orientation: orientation)
  }
}
