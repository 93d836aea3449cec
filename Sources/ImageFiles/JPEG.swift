internal import CImageCodecs

extension FileFormat {
  /// JPEG, baseline and progressive, gray and colour, through libjpeg.
  ///
  /// A file that ends early or is damaged is refused: libjpeg would warn and invent the missing part. CMYK becomes RGB.
  public static let jpeg = FileFormat(
    name: "JPEG", extensions: ["jpg", "jpeg"], signatures: [[0xFF, 0xD8, 0xFF]],
    readImage: { (content, operation) throws(FileError) in try jpegCodec.read(content, operation) },
    readSize: { (content, operation) throws(FileError) in try jpegCodec.readSize(content, operation) },
    describe: { (content) throws(FileError) in try describeImage(content, format: "JPEG", codec: jpegCodec) })
}

/// The JPEG functions of `CImageCodecs`.
private let jpegCodec = ImageCodec(name: "JPEG", header: sd_jpeg_header, decode: sd_jpeg_decode)
