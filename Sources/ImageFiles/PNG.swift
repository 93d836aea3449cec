internal import CImageCodecs
import StereoCore
import Tensors

/// Why libpng or libjpeg refused, in its words.
struct CodecFailure: Error {
  /// One line.
  let reason: String

  /// The text of a C error.
  init(_ error: sd_codec_error) {
    reason = withUnsafeBytes(of: error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

extension FileFormat {
  /// Portable Network Graphics, 1 to 16 bits, through libpng.
  public static let png = FileFormat(
    name: "PNG", extensions: ["png"], signatures: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]],
    readImage: { (content, operation) throws(FileError) in try pngCodec.read(content, operation) },
    readSize: { (content, operation) throws(FileError) in try pngCodec.readSize(content, operation) },
    readSamples: { (content, operation) throws(FileError) in
      let image = try pngCodec.read(content, operation)
      return try graySamples(
        image, divisor: image.format == .gray16 ? kittiUnitsPerPixel : 1, content: content, operation: operation)
    },
    describe: { (content) throws(FileError) in try describeImage(content, format: "PNG", codec: pngCodec) },
    encodeInteger: { (values) throws(CodecFailure) in try encodePNG16(values) })
}

/// The PNG functions of `CImageCodecs`.
private let pngCodec = ImageCodec(name: "PNG", header: sd_png_header, decode: sd_png_decode)

/// Encodes a picture as PNG; BGR and RGBA become RGB.
package func encodePNG(_ image: borrowing Image, path: String, operation: String) throws(FileError) -> [UInt8] {
  do throws(CodecFailure) {
    switch image.format {
    case .gray8: return try encodePNG(image.bytes, width: image.width, layout: SD_GRAY8)
    case .gray16: return try encodePNG(image.bytes, width: image.width, layout: SD_GRAY16)
    case .rgb16: return try encodePNG(image.bytes, width: image.width, layout: SD_RGB16)
    case .rgb8: return try encodePNG(image.bytes, width: image.width, layout: SD_RGB8)
    case .bgr8, .rgba8:
      var bytes = Plane<UInt8>(width: image.width * 3, height: image.height, repeating: 0)
      for y in 0..<image.height {
        var row = bytes.mutableRow(y)
        for x in 0..<image.width {
          (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = image.colour(y: y, x: x)
        }
      }
      return try encodePNG(bytes, width: image.width, layout: SD_RGB8)
    }
  } catch {
    throw .unwritable(path: path, operation: operation, reason: error.reason)
  }
}

/// Encodes whole numbers as a 16-bit gray PNG.
private func encodePNG16(_ values: borrowing Plane<UInt16>) throws(CodecFailure) -> [UInt8] {
  let base = UnsafeRawPointer(values.storage).assumingMemoryBound(to: UInt8.self)
  let bytes = Plane<UInt8>(
    unsafelyBorrowing: base, width: values.width * 2, height: values.height, rowStride: values.rowStride * 2)
  return try encodePNG(bytes, width: values.width, layout: SD_GRAY16)
}

private func encodePNG(
  _ bytes: borrowing Plane<UInt8>, width: Int, layout: sd_sample_layout
) throws(CodecFailure) -> [UInt8] {
  var encoded: UnsafeMutablePointer<UInt8>?
  var count = 0
  var error = sd_codec_error()
  let isDone = sd_png_encode(
    bytes.storage, bytes.rowStride, UInt32(width), UInt32(bytes.height), layout, &encoded, &count, &error)
  guard isDone == 1 else { throw CodecFailure(error) }
  defer { sd_codec_free(encoded) }
  return Array(UnsafeBufferPointer(start: encoded, count: count))
}
