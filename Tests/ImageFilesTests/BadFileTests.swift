import Foundation
import ImageFiles
import Testing

/// Files that no format can read, and random damage to files that it can.
@Suite struct BadFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The error of every reader for one path.
  static func errors(_ path: String) -> [FileError?] {
    [
      fileError { () throws(FileError) in _ = try readImage(path) },
      fileError { () throws(FileError) in _ = try readDisparity(path) },
      fileError { () throws(FileError) in _ = try readCalibration(path) },
      fileError { () throws(FileError) in _ = try inspectFile(path) },
    ]
  }

  @Test func missingFilesAndDirectoriesCannotBeRead() {
    for (path, says) in [
      (directory.path + "/missing.png", "No such file"), (directory.path, "it is a directory"), ("", "No such file"),
    ] {
      for error in Self.errors(path) {
        #expect(error?.isUnreadable == true && error?.description.contains(says) == true, "\(path)")
      }
    }
  }

  @Test(.enabled(if: geteuid() != 0, "the superuser may read everything")) func forbiddenFilesCannotBeRead() throws {
    let path = try directory.file("secret.png", [1])
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    for error in Self.errors(path) { #expect(error?.description.contains("Permission denied") == true) }
  }

  @Test func emptyAndForeignFilesAreInvalid() throws {
    for error in Self.errors(try directory.file("empty.png", [UInt8]())) {
      #expect(error?.isInvalid == true && error?.description.contains("an empty file") == true)
    }
    for content in [[0], [0x89, 0x50], Array("GIF89a".utf8), [UInt8](repeating: 255, count: 1000)] as [[UInt8]] {
      for error in Self.errors(try directory.file("foreign.png", content)) { #expect(error?.isInvalid == true) }
    }
  }

  @Test func endlessFilesAreCut() {
    let error = fileError { () throws(FileError) in
      _ = try FileContent(of: "/dev/zero", operation: "testing", limit: 1 << 20)
    }
    #expect(error?.isInvalid == true && error?.description.contains("at most 1048576 bytes") == true)
  }

  /// A generator that gives the same numbers in every run (Vigna's SplitMix64).
  struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
      return mixed ^ mixed >> 31
    }
  }

  static let whole: [(name: String, bytes: [UInt8])] = [
    ("png", PNGBuilder(width: 3, height: 2, bits: 16, colourType: 0).file(rows: [[1, 2, 3], [4, 5, 60000]])),
    (
      "interlaced",
      PNGBuilder(width: 5, height: 5, bits: 8, colourType: 0)
        .interlacedFile(rows: [[Int]](repeating: [9, 8, 7, 6, 5], count: 5))
    ),
    (
      "palette",
      PNGBuilder(width: 3, height: 1, bits: 2, colourType: 3, chunks: [("PLTE", [1, 2, 3, 4, 5, 6])])
        .file(rows: [[0, 1, 0]])
    ),
    ("jpeg", JPEGSamples.gray), ("colour jpeg", JPEGSamples.colour), ("progressive jpeg", JPEGSamples.progressive),
    ("pgm", Array("P5 # c\n3 2 255\n".utf8) + [1, 2, 3, 4, 5, 6]), ("ppm", Array("P3 1 2 9\n1 2 3\n4 5 6\n".utf8)),
    ("pfm", Array("Pf\n2 1\n-1\n".utf8) + PFMTests.reals([1, 2])),
    ("npy", NPYTests.file(NPYTests.dictionary("<f4", "(1, 2)"), PFMTests.reals([1, 2]))),
    ("kitti", Array(CalibrationFileTests.kitti.utf8)), ("ros", Array(CalibrationFileTests.cameraInfo(-40).utf8)),
    (
      "opencv",
      Array(
        (CalibrationFileTests.openCVHeader
          + CalibrationFileTests.matrix("Q", 4, "1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 9, 0, 0, 4, 4")).utf8)
    ),
  ]

  /// Pictures of other libraries; see Tests/Peers/picture_fixtures.py.
  static let fixtures = [
    "rgb_tiff_lzw.tif", "rgb_tiff_adobe_deflate.tif", "rgb_packbits.tif", "planes.tif", "tiled.tif", "palette.tif",
    "ycbcr.tif",
    "gray12.tif", "map32.tif", "alpha.webp", "lossy.webp", "palette.bmp", "alpha.bmp", "inks.jpg", "orientation6.jpg",
    "orientation7.png", "map.npz", "maps.npz", "map.flo",
  ]

  @Test(arguments: fixtures) func randomDamageToPicturesNeverCrashes(name: String) throws {
    let bytes = try FileContent(of: PictureFormatTests.folder + name, operation: "testing").bytes
    Self.damage(bytes, seed: UInt64(name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF))
  }

  /// Every reader gives a value or an error for a file with up to eight changed, removed or repeated bytes. Checksums of
  /// PNG are made right again half of the time, so that the damage gets past them.
  @Test(arguments: whole.indices) func randomDamageNeverCrashes(index: Int) throws {
    let refusedCount = Self.damage(Self.whole[index].bytes, seed: UInt64(index))
    #expect(refusedCount > 500)
  }

  /// Reads 300 damaged files with every reader; how often one was refused.
  @discardableResult
  static func damage(_ original: [UInt8], seed: UInt64) -> Int {
    var random = SplitMix(state: seed)
    var readCount = 0
    var refusedCount = 0
    for _ in 0..<300 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(bytes[place], at: place)
        case 3: bytes[place] = [0, 255, 127, 128].randomElement(using: &random) ?? 0
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
      }
      if Bool.random(using: &random) { bytes = Self.withChecksums(bytes) }
      let content = FileContent(path: "memory", bytes: bytes)
      for error in [
        fileError { () throws(FileError) in _ = try readImage(content) },
        fileError { () throws(FileError) in _ = try readDisparity(content) },
        fileError { () throws(FileError) in _ = try readCalibration(content) },
      ] {
        if error == nil { readCount += 1 } else { refusedCount += 1 }
      }
    }
    #expect(readCount + refusedCount == 900)
    return refusedCount
  }

  /// A PNG whose chunks have the right checksums, as far as it has chunks.
  static func withChecksums(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.starts(with: PNGBuilder.signature) else { return bytes }
    var bytes = bytes
    var start = 8
    while start + 12 <= bytes.count {
      let count = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + count
      guard end + 4 <= bytes.count else { break }
      bytes.replaceSubrange(end..<end + 4, with: PNGBuilder.bigEndian(PNGBuilder.crc(Array(bytes[start + 4..<end]))))
      start = end + 4
    }
    return bytes
  }
}
