import Foundation
import ImageFiles
import StereoCore
import Tensors
import Testing

/// One small picture in many formats, depths and orientations; see Tests/Peers/picture_fixtures.py.
@Suite struct PictureFormatTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/").path()

  static func colour(_ y: Int, _ x: Int) -> [Int] { [10 + 40 * x, 20 + 60 * y, 5 + 20 * x + 10 * y] }
  static func gray(_ y: Int, _ x: Int) -> [Int] { [10 + 40 * x + 8 * y] }

  /// The samples of pixel (y, x) of a picture of any format.
  static func samples(_ image: borrowing Image, _ y: Int, _ x: Int) -> [Int] {
    let count = image.format.bytesPerPixel
    let row = image.bytes.row(y)
    if !image.format.isWide { return (0..<count).map { Int(row[x * count + $0]) } }
    return (0..<count / 2).map { Int(row[x * count + 2 * $0]) | Int(row[x * count + 2 * $0 + 1]) << 8 }
  }

  /// Checks every pixel against the rule; files with loss have squares of `side` pixels, whose middle is looked at.
  static func expect(
    _ name: String, _ format: PixelFormat, factor: Int = 1, side: Int = 1, within tolerance: Int = 0,
    _ rule: (Int, Int) -> [Int]
  ) throws {
    let image = try readImage(folder + name)
    #expect(image.format == format && image.size == PixelSize(width: 6 * side, height: 4 * side), "\(name)")
    for y in 0..<4 {
      for x in 0..<6 {
        let found = samples(image, y * side + side / 2, x * side + side / 2)
        let differences = zip(found, rule(y, x)).map { abs($0 - $1 * factor) }
        #expect(found.count == rule(y, x).count && differences.max() ?? 0 <= tolerance, "\(name) \(y) \(x) \(found)")
      }
    }
  }

  @Test(arguments: ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"]) func tiffIsReadInEveryPacking(
    packing: String
  ) throws {
    try Self.expect("rgb_\(packing).tif", .rgb8, Self.colour)
  }

  @Test func tiffIsReadInEveryLayout() throws {
    try Self.expect("gray.tif", .gray8, Self.gray)
    try Self.expect("tiled.tif", .gray8, Self.gray)
    try Self.expect("white_is_zero.tif", .gray8, Self.gray)
    try Self.expect("planes.tif", .rgb8, Self.colour)
    try Self.expect("palette.tif", .rgb8, Self.colour)
    try Self.expect("ycbcr.tif", .rgb8, side: 16, within: 4, Self.colour)
  }

  @Test func tiffKeepsItsDepth() throws {
    try Self.expect("gray16.tif", .gray16, factor: 257, Self.gray)
    try Self.expect("big_endian16.tif", .gray16, factor: 257, Self.gray)
    try Self.expect("rgb16.tif", .rgb16, factor: 257, Self.colour)
    try Self.expect("gray12.tif", .gray16, factor: 16, Self.gray)
    #expect(try readImage(Self.folder + "gray12.tif").declaredWhite == 4095)
    #expect(try readImage(Self.folder + "gray16.tif").declaredWhite == nil)
  }

  @Test func webpIsRead() throws {
    try Self.expect("alpha.webp", .rgb8, Self.colour)
    try Self.expect("lossy.webp", .rgb8, side: 16, within: 8, Self.colour)
  }

  @Test func bitmapsAreRead() throws {
    try Self.expect("rgb.bmp", .rgb8, Self.colour)
    try Self.expect("palette.bmp", .rgb8, Self.colour)
    try Self.expect("alpha.bmp", .rgb8, Self.colour)
    try Self.expect("gray.bmp", .gray8, Self.gray)
    try Self.expect("bits.bmp", .gray8) { y, x in [Self.gray(y, x)[0] > 127 ? 255 : 0] }
  }

  @Test(arguments: ["inks.jpg", "inks_plain.jpg"]) func inksBecomeColours(name: String) throws {
    try Self.expect(name, .rgb8, side: 16, within: 4, Self.colour)
  }

  @Test(arguments: 1...8) func picturesAreTurnedAsTheySay(orientation: Int) throws {
    for ending in ["png", "webp", "tif"] { try Self.expect("orientation\(orientation).\(ending)", .rgb8, Self.colour) }
    try Self.expect("orientation\(orientation).jpg", .rgb8, side: 16, within: 8, Self.colour)
    let image = try readImage(Self.folder + "orientation\(orientation).jpg")
    #expect(image.orientation.rawValue == orientation)
    let said = try inspectFile(Self.folder + "orientation\(orientation).jpg").description
    #expect(said.contains("96×64") && said.contains("orientation \(orientation)") == (orientation != 1))
  }

  /// Disparity x + y / 4 + 1.
  @Test(arguments: [
    ("map32.tif", 1), ("map64.tif", 1), ("map16real.tif", 1), ("map16signed.tif", 16), ("map.npz", 1), ("maps.npz", 1),
    ("map.flo", 1),
  ]) func mapsAreRead(name: String, divisor: Double) throws {
    let map = try readDisparity(Self.folder + name, divisor: divisor)
    #expect(map.size == PixelSize(width: 6, height: 4))
    for y in 0..<4 {
      for x in 0..<6 {
        if name == "map32.tif" && (y, x) == (1, 2) {
          #expect(map.disparities[y, x].isNaN, "GDAL's value for no data")
        } else {
          #expect(map.disparities[y, x] == Float(x) + Float(y) / 4 + 1, "\(name) \(y) \(x)")
        }
      }
    }
    let error = fileError { () throws(FileError) in _ = try readImage(Self.folder + name) }
    let format = name.hasSuffix("tif") ? "which is a map" : name.hasSuffix("flo") ? "a FLO" : "a NPZ"
    #expect(error?.description.contains(format) == true)
    #expect(try inspectFile(Self.folder + name).kind == .map)
  }

  @Test func archivesOfSeveralMapsAreQuestioned() {
    let error = fileError { () throws(FileError) in _ = try readDisparity(Self.folder + "unclear.npz") }
    #expect(error?.description.contains("found first, second") == true)
  }

  @Test(arguments: [
    ("GIF89a", "a GIF picture"), ("\0\0\0\u{18}ftypheic", "a HEIF picture"),
    ("\0\0\0\u{18}ftypavif", "an AVIF picture"),
    ("%PDF-1.7", "a PDF document"), ("\n<!DOCTYPE html><html>", "an HTML page"), ("8BPS", "a Photoshop picture"),
    ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"),
    ("\0\0\0\u{0C}JXL \r\n", "a JPEG XL picture"),
    ("\0\0\0\u{0C}jP  \r\n", "a JPEG 2000 picture"), ("PK\u{3}\u{4}", "a zip archive"),
    ("v/1\u{1}", "an OpenEXR picture"),
  ]) func whatIsNotReadIsNamed(start: String, name: String) {
    let content = FileContent(path: "memory", bytes: Array(start.utf8) + [UInt8](repeating: 7, count: 40))
    let error = fileError { () throws(FileError) in _ = try readImage(content) }
    #expect(error?.description.contains("found \(name)") == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    "rgb_tiff_lzw.tif", "tiled.tif", "planes.tif", "map64.tif", "alpha.webp", "lossy.webp", "rgb.bmp", "map.npz",
    "map.flo",
  ])
  func everyTruncationIsRefused(name: String) throws {
    let file = try FileContent(of: Self.folder + name, operation: "testing").bytes
    // Directories of TIFF lie at the end; a picture of WebP may have a last byte that makes the count even.
    for count in stride(from: 8, to: file.count - 8, by: 3) {
      let content = FileContent(path: "memory", bytes: Array(file[..<count]))
      let errors = [
        fileError { () throws(FileError) in _ = try readImage(content) },
        fileError { () throws(FileError) in _ = try readDisparity(content) },
      ]
      #expect(errors.allSatisfy { $0?.isInvalid == true }, "\(name): the first \(count) of \(file.count) bytes")
    }
  }

  /// Headers that promise much more than the file can hold are refused before anything of that size is allocated.
  @Test(arguments: [
    ("rgb_raw.tif", [(256, 16000), (257, 16000)]), ("rgb_tiff_lzw.tif", [(256, 16384), (257, 16384)]),
  ])
  func promisesOfTIFFAreChecked(name: String, changes: [(tag: Int, value: Int)]) throws {
    var file = try FileContent(of: Self.folder + name, operation: "testing").bytes
    let directory = (4..<8).reduce(0) { $0 | Int(file[$1]) << (8 * ($1 - 4)) }
    for entry in 0..<Int(file[directory]) {
      let at = directory + 2 + 12 * entry
      for (tag, value) in changes where Int(file[at]) | Int(file[at + 1]) << 8 == tag {
        file.replaceSubrange(at + 2..<at + 12, with: [3, 0, 1, 0, 0, 0, UInt8(value & 255), UInt8(value >> 8), 0, 0])
      }
    }
    let error = fileError { () throws(FileError) in _ = try readImage(FileContent(path: "memory", bytes: file)) }
    #expect(error?.description.contains("at least") == true, "\(String(describing: error))")
  }
}
