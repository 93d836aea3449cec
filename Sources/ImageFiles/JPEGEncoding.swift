internal import CImageCodecs
public import StereoCore
import Tensors

/// Encodes an 8-bit picture as JPEG, for thumbnails in reports; `nil` if libjpeg refuses (no memory, no pixels, more than
/// 65 535 rows or columns).
///
/// - Parameters:
///   - image: gray or RGB, 8 bits.
///   - quality: 1 … 100, libjpeg's scale.
/// - Precondition: the format is `gray8` or `rgb8`.
public func encodeJPEG(_ image: borrowing Image, quality: Int) -> [UInt8]? {
  precondition(
    image.format == .gray8 || image.format == .rgb8, "encodeJPEG: expected gray8 or rgb8, found \(image.format)")
  var encoded: UnsafeMutablePointer<UInt8>?
  var count = 0
  var error = sd_codec_error()
  let isDone = sd_jpeg_encode(
    image.bytes.storage, image.bytes.rowStride, UInt32(image.width), UInt32(image.height),
    image.format == .gray8 ? SD_GRAY8 : SD_RGB8, Int32(min(max(quality, 1), 100)), &encoded, &count, &error)
  guard isDone == 1 else { return nil }
  defer { sd_codec_free(encoded) }
  return Array(UnsafeBufferPointer(start: encoded, count: count))
}
