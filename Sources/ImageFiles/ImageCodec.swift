internal import CImageCodecs
import StereoCore
import Tensors

/// A C library that decodes pictures: its two functions, and the checks around them that all libraries share.
struct ImageCodec: Sendable {
  typealias Failure = UnsafeMutablePointer<sd_codec_error>?
  typealias Header = UnsafeMutablePointer<sd_picture_header>?

  /// As people call the format.
  let name: String
  /// Reads the header.
  let header: @Sendable (UnsafePointer<UInt8>?, Int, Header, Failure) -> Int32
  /// Reads the pixels.
  let decode:
    @Sendable (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, UnsafePointer<sd_picture_header>?, Failure
    ) -> Int32
  /// The header of a file, with a size that may be allocated.
  func readHeader(_ content: FileContent, _ operation: String) throws(FileError) -> sd_picture_header {
    var result = sd_picture_header()
    var error = sd_codec_error()
    guard header(content.bytes, content.bytes.count, &result, &error) == 1 else {
      throw damaged(content, operation, error)
    }
    try ByteCursor(content, operation: operation).checkSize(width: Int(result.width), height: Int(result.height))
    let least = result.least_bytes
    guard content.bytes.count >= least else {
      throw .invalid(
        path: content.path, operation: operation,
        expected: "at least \(least) bytes for a \(name) of \(result.width)×\(result.height)",
        found: "\(content.bytes.count) bytes")
    }
    return result
  }

  /// The size that a file's header tells.
  func readSize(_ content: FileContent, _ operation: String) throws(FileError) -> PixelSize {
    let header = try readHeader(content, operation)
    return PixelSize(width: Int(header.width), height: Int(header.height))
  }

  /// The picture of a file, turned as it is seen.
  func read(_ content: FileContent, _ operation: String) throws(FileError) -> Image {
    var header = try readHeader(content, operation)
    let format: PixelFormat
    switch header.layout {
    case SD_VALUES:
      throw .invalid(
        path: content.path, operation: operation, expected: "intensities: unsigned samples of up to 16 bits",
        found: "a \(name) of \(header.sampleName), which is a map")
    case SD_GRAY8: format = .gray8
    case SD_GRAY16: format = .gray16
    case SD_RGB16: format = .rgb16
    default: format = .rgb8
    }
    var bytes = Plane<UInt8>(
      uninitializedWidth: Int(header.width) * format.bytesPerPixel, height: Int(header.height))
    var error = sd_codec_error()
    let rowBytes = bytes.rowStride
    guard
      decode(content.bytes, content.bytes.count, bytes.mutableStorage, rowBytes, &header, &error) == 1
    else { throw damaged(content, operation, error) }
    let white = header.declared_white == 0 ? nil : UInt16(exactly: header.declared_white)
    return Image(format: format, bytes: bytes, declaredWhite: white)
      .turned(from: StoredOrientation(rawValue: Int(header.orientation)) ?? .upright)
  }

  func damaged(_ content: FileContent, _ operation: String, _ error: sd_codec_error) -> FileError {
    .invalid(
      path: content.path, operation: operation, expected: "a whole \(name)",
      found: "a damaged or unsupported one (\(CodecFailure(error).reason))")
  }
}

extension sd_picture_header {
  /// What the samples are, for people.
  var sampleName: String {
    let kind = sample_kind == SD_REAL ? "real" : sample_kind == SD_SIGNED ? "signed" : "unsigned"
    return "\(kind) samples of \(file_bits) bits"
  }
}

/// The values of a gray picture, as stored.
///
/// - Throws: ``FileError/invalid(path:operation:expected:found:)`` if it has colours.
func graySamples(
  _ image: borrowing Image, divisor: Double, content: FileContent, operation: String
) throws(FileError) -> StoredSamples {
  guard !image.format.isColour else {
    throw .invalid(path: content.path, operation: operation, expected: "one gray channel", found: "a colour picture")
  }
  var values = Plane<Float>(uninitializedWidth: image.width, height: image.height)
  for y in 0..<image.height {
    let source = image.bytes.row(y)
    var target = values.mutableRow(y)
    if image.format == .gray16 {
      for x in target.indices { target[x] = Float(nativeGray16(source, x)) }
    } else {
      for x in target.indices { target[x] = Float(source[x]) }
    }
  }
  return StoredSamples(values: values, kind: .whole(divisor: divisor))
}

/// 16-bit sample `x` of a row of bytes in the machine's order.
func nativeGray16(_ row: borrowing Span<UInt8>, _ x: Int) -> UInt16 {
  row.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 2 * x, as: UInt16.self) }
}
