internal import CImageCodecs

extension FileFormat {
  /// WebP, with and without loss, through libwebp; animations are refused.
  public static let webp = FileFormat(
    name: "WebP", extensions: ["webp"], signatures: [],
    recognises: { $0.starts(with: Array("RIFF".utf8)) && $0.dropFirst(8).starts(with: Array("WEBP".utf8)) },
    readImage: { (content, operation) throws(FileError) in try webpCodec.read(content, operation) },
    describe: { (content) throws(FileError) in try describeImage(content, format: "WebP", codec: webpCodec) })
}

/// The WebP functions of `CImageCodecs`.
private let webpCodec = ImageCodec(name: "WebP", header: sd_webp_header, decode: sd_webp_decode)
