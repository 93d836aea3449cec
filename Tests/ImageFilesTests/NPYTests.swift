import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct NPYTests {
  /// An array file with this header dictionary.
  static func file(_ dictionary: String, _ samples: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let count = dictionary.utf8.count
    let length =
      version == 1 ? [UInt8(count & 255), UInt8(count >> 8)] : [UInt8(count & 255), UInt8(count >> 8), 0, 0]
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(dictionary.utf8) + samples
  }

  static func dictionary(_ type: String, _ shape: String, fortran: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': \(shape), }\n"
  }

  static func read(_ bytes: [UInt8]) throws(FileError) -> [Float] {
    try readDisparity(FileContent(path: "memory", bytes: bytes)).disparities.samples
  }

  /// 1, 2.5 or 2, and −3 or 3 in every type.
  @Test(
    arguments: [
      ("<f2", [0x00, 0x3C, 0x00, 0x41, 0x00, 0xC2], [1, 2.5, -3]), (">f2", [0x3C, 0, 0x41, 0, 0xC2, 0], [1, 2.5, -3]),
      ("<f4", [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0x40, 0, 0, 0x40, 0xC0], [1, 2.5, -3]),
      (">f4", [0x3F, 0x80, 0, 0, 0x40, 0x20, 0, 0, 0xC0, 0x40, 0, 0], [1, 2.5, -3]),
      (">f8", [0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0x40, 4, 0, 0, 0, 0, 0, 0, 0xC0, 8, 0, 0, 0, 0, 0, 0], [1, 2.5, -3]),
      ("|u1", [1, 2, 3], [1, 2, 3]), ("<u2", [1, 0, 2, 0, 3, 0], [1, 2, 3]), (">u2", [0, 1, 0, 2, 0, 3], [1, 2, 3]),
      ("<i2", [1, 0, 2, 0, 0xFD, 0xFF], [1, 2, -3]),
      (">i4", [0, 0, 0, 1, 0, 0, 0, 2, 255, 255, 255, 253], [1, 2, -3]), ("|i1", [1, 2, 0xFD], [1, 2, -3]),
      ("<u4", [1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0], [1, 2, 256]), ("|b1", [1, 1, 1], [1, 1, 1]),
      (">u8", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0], [1, 2, 256]),
      (
        "<i8", [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0] + [0xFD] + [UInt8](repeating: 255, count: 7),
        [1, 2, -3]
      ),
    ] as [(String, [UInt8], [Float])]) func everyTypeIsRead(type: String, samples: [UInt8], expected: [Float]) throws
  {
    for version: UInt8 in 1...3 {
      #expect(try Self.read(Self.file(Self.dictionary(type, "(1, 3)"), samples, version: version)) == expected)
    }
  }

  @Test func fortranOrderHasColumnsOneAfterTheOther() throws {
    let file = Self.file(Self.dictionary("|u1", "(2, 3)", fortran: "True"), [1, 4, 2, 5, 3, 6])
    #expect(try Self.read(file) == [1, 2, 3, 4, 5, 6])
  }

  @Test(arguments: ["(2, 3)", "(1, 2, 3)", "(2, 3, 1)", "(1,1,2,3)", "(2L, 3L)"]) func extentsOfOneAreDropped(
    shape: String
  ) throws {
    let map = try readDisparity(
      FileContent(path: "memory", bytes: Self.file(Self.dictionary("|u1", shape), [1, 2, 3, 4, 5, 6])))
    #expect(map.size == PixelSize(width: 3, height: 2))
  }

  @Test func wholeNumbersHaveZeroForNone() throws {
    #expect(same(try Self.read(Self.file(Self.dictionary("|u1", "(1, 2)"), [0, 9])), [.nan, 9]))
    #expect(try Self.read(Self.file(Self.dictionary("<f4", "(1, 1)"), [0, 0, 0, 0])) == [0])
  }

  /// int16, 16 times the disparity; −16 where OpenCV finds none.
  @Test(
    arguments: [
      ([-16, 40, 33, 64], true), ([-16, -16, 16, 32], true), ([-7, 40, 33, 64], false), ([0, 1, 2, 3], false),
      ([0, 40, 33, 64], true),
    ] as [([Int16], Bool)]) func mapsOfOpenCVAreKnown(samples: [Int16], isSo: Bool) throws
  {
    let bytes = samples.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    func isSixteen(_ type: String) throws -> Bool {
      let content = FileContent(path: "memory", bytes: Self.file(Self.dictionary(type, "(1, 4)"), bytes))
      return try isSixteenTimesDisparity(content, operation: "testing")
    }
    #expect(try isSixteen("<i2") == isSo)
    #expect(try !isSixteen("<u2"))
  }

  static let wrong: [[UInt8]] = [
    file("", []), file("{}", []), file(dictionary("|u1", "(2, 3)"), [1, 2, 3, 4, 5]),
    file(dictionary("|u1", "(2, 3)"), [1, 2, 3, 4, 5, 6, 7]), file(dictionary("|u1", "(6,)"), [1, 2, 3, 4, 5, 6]),
    file(dictionary("|u1", "()"), [1]), file(dictionary("|u1", "(0, 3)"), []), file(dictionary("|u1", "(-2, -3)"), [1]),
    file(dictionary("|u1", "(2147483647, 2147483647)"), [1]), file(dictionary("|u1", "(99999999999999999999, 1)"), [1]),
    file(dictionary("<c8", "(1, 1)"), [0, 0, 0, 0, 0, 0, 0, 0]), file(dictionary("|O", "(1, 1)"), [0, 0]),
    file(dictionary("|u1", "(2, 2, 3)"), [UInt8](repeating: 1, count: 12)), file(dictionary("|u1", "(1, 1"), [1]),
    file(dictionary("|u1", "(1, 1)"), [1], version: 4), [0x93] + Array("NUMPY".utf8),
    [0x93] + Array("NUMPY".utf8) + [1, 0, 255, 255], [0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255],
  ]

  @Test(arguments: wrong) func wrongFilesAreRefused(bytes: [UInt8]) {
    #expect(fileError { () throws(FileError) in _ = try Self.read(bytes) }?.isInvalid == true)
  }

  @Test func arraysThatAreNoMapsAreDescribed() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("a.npy", Self.file(Self.dictionary("<f4", "(3, 5, 7)"), []))
    #expect(try inspectFile(path).description == "\(path): map, NPY, type <f4, shape 3×5×7")
  }
}
