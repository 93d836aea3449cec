/// Formats that are known by name and not read, so that an error says what a file is.
enum ForeignFormat {
  /// What a file is, from its first bytes; nil if it is nothing known.
  static func name(of bytes: [UInt8]) -> String? {
    if let (name, _) = signatures.first(where: { bytes.starts(with: $0.signature) }) { return name }
    if bytes.dropFirst(4).starts(with: Array("ftyp".utf8)) {
      return brand(String(decoding: bytes.dropFirst(8).prefix(4), as: UTF8.self))
    }
    if bytes.starts(with: Array("RIFF".utf8)) {
      return bytes.dropFirst(8).starts(with: Array("AVI ".utf8)) ? "an AVI video" : "a RIFF file"
    }
    return textName(of: bytes)
  }

  private static let signatures: [(name: String, signature: [UInt8])] = [
    ("a GIF picture", Array("GIF8".utf8)),
    ("a JPEG 2000 picture", [0, 0, 0, 12, 0x6A, 0x50, 0x20, 0x20]),
    ("a JPEG 2000 code stream", [0xFF, 0x4F, 0xFF, 0x51]),
    ("a JPEG XL picture", [0xFF, 0x0A]), ("a JPEG XL picture", [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20]),
    ("an OpenEXR picture", [0x76, 0x2F, 0x31, 0x01]), ("a Radiance picture", Array("#?RADIANCE".utf8)),
    ("a Radiance picture", Array("#?RGBE".utf8)), ("a Photoshop picture", Array("8BPS".utf8)),
    ("a DirectDraw surface", Array("DDS ".utf8)), ("a Windows icon", [0, 0, 1, 0]),
    ("a FITS file", Array("SIMPLE  =".utf8)),
    ("a Fujifilm raw photograph", Array("FUJIFILMCCD-RAW".utf8)), ("an Olympus raw photograph", Array("IIRO".utf8)),
    ("an Olympus raw photograph", Array("IIRS".utf8)), ("a Panasonic raw photograph", [0x49, 0x49, 0x55, 0]),
    ("a Sigma raw photograph", Array("FOVb".utf8)), ("a PDF document", Array("%PDF".utf8)),
    ("a PostScript document", Array("%!PS".utf8)), ("a YUV4MPEG video", Array("YUV4MPEG2".utf8)),
    ("a Matroska video", [0x1A, 0x45, 0xDF, 0xA3]), ("an MPEG video", [0, 0, 1, 0xBA]),
    ("a FLIF picture", Array("FLIF".utf8)),
    ("a QOI picture", Array("qoif".utf8)), ("a Matlab file", Array("MATLAB ".utf8)),
    ("an HDF5 file", [0x89, 0x48, 0x44, 0x46]), ("a ROS bag", Array("#ROSBAG".utf8)),
    ("a zip archive", [0x50, 0x4B, 3, 4]), ("a gzip archive", [0x1F, 0x8B]), ("a bzip2 archive", Array("BZh".utf8)),
    ("an xz archive", [0xFD, 0x37, 0x7A, 0x58, 0x5A]), ("a zstd archive", [0x28, 0xB5, 0x2F, 0xFD]),
    ("a 7z archive", [0x37, 0x7A, 0xBC, 0xAF]), ("a rar archive", Array("Rar!".utf8)),
    ("a pickle of Python", [0x80, 2]), ("a pickle of Python", [0x80, 3]), ("a pickle of Python", [0x80, 4]),
    ("a pickle of Python", [0x80, 5]), ("a program", [0x7F, 0x45, 0x4C, 0x46]),
  ]

  /// Formats in the container of ISO media, by their major brand.
  private static func brand(_ brand: String) -> String {
    switch brand {
    case "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1": "a HEIF picture (HEIC)"
    case "avif", "avis": "an AVIF picture"
    case "crx ": "a Canon raw photograph"
    case "jxl ": "a JPEG XL picture"
    default: "an MP4 video"
    }
  }

  private static func textName(of bytes: [UInt8]) -> String? {
    let start = String(decoding: bytes.prefix(512), as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
      .lowercased()
    if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") { return "an HTML page" }
    if start.hasPrefix("<svg") || start.hasPrefix("<?xml") && start.contains("<svg") { return "an SVG drawing" }
    if start.hasPrefix("version https://git-lfs") { return "a Git LFS pointer: the file itself has not been fetched" }
    return nil
  }
}
