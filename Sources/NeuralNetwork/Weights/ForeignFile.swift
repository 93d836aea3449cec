internal import Files

/// What people have in place of weights: named, so that nobody looks for the fault in the wrong place.
enum ForeignFile {
  /// What such a file is, and what to do; `nil` if nobody knows.
  static func description(of bytes: FileBytes) -> String? {
    let start = bytes.array(0..<min(bytes.count, 512))
    let text = String(decoding: start, as: UTF8.self).drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    let lower = text.prefix(64).lowercased()
    if lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html") {
      return "an HTML page, as servers send in place of a file: download the file itself"
    }
    if text.hasPrefix("version https://git-lfs.github.com/spec/") {
      return "a Git LFS pointer: fetch the file itself with `git lfs pull`"
    }
    if lower.hasPrefix("<?xml") { return "an XML text" }
    for (signature, name) in archives where start.starts(with: signature) { return "\(name): unpack it first" }
    if start.count > 262, start[257..<262].elementsEqual("ustar".utf8) { return "a tar archive: unpack it first" }
    for (signature, name) in others where start.starts(with: signature) { return name }
    return nil
  }

  /// What a zip archive without a checkpoint holds.
  static func description(ofArchive names: [String]) -> String {
    let endings = [".pth", ".pt", ".tar", ".ckpt", ".safetensors", ".caffemodel", ".t7", ".pkl", ".zip", ".bin"]
    if let inner = names.first(where: { name in endings.contains { name.lowercased().hasSuffix($0) } }) {
      return "an archive with \(quoted(inner)) in it: unpack it first"
    }
    if names.contains(where: { $0.hasSuffix(".npy") }) { return "an archive of NumPy arrays" }
    return "an archive without it"
  }

  private static let archives: [([UInt8], String)] = [
    ([0x1F, 0x8B], "a gzip archive"), (Array("BZh".utf8), "a bzip2 archive"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz archive"), ([0x37, 0x7A, 0xBC, 0xAF], "a 7z archive"),
    (Array("Rar!".utf8), "a rar archive"), ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
  ]

  private static let others: [([UInt8], String)] = [
    ([0x89, 0x48, 0x44, 0x46], "an HDF5 file, as Keras writes them"), (Array("GGUF".utf8), "a GGUF file"),
    ([0x93] + Array("NUMPY".utf8), "a NumPy array"), ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"), (Array("%PDF".utf8), "a PDF document"),
    (Array("MATLAB".utf8), "a MATLAB file"), (Array("{".utf8), "a JSON text"),
  ]
}
