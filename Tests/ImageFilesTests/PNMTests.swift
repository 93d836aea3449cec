import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct PNMTests {
  /// Bytes of text followed by binary samples.
  static func file(_ header: String, _ samples: [UInt8] = []) -> [UInt8] { Array(header.utf8) + samples }

  @Test func grayInEveryForm() throws {
    for bytes in [
      Self.file("P2\n3 1\n255\n1 2 255\n"), Self.file("P2 # comment\n# 9 9\n3\t1 #\n255\r\n1\n2\n255"),
      Self.file("P5\n3 1\n255\n", [1, 2, 255]), Self.file("P5#\n3 1#c\n255 ", [1, 2, 255]),
    ] {
      let picture = try image(bytes)
      #expect(picture.format == .gray8 && picture.size == PixelSize(width: 3, height: 1))
      #expect(picture.bytes.samples == [1, 2, 255])
    }
  }

  @Test func colourInEveryForm() throws {
    for bytes in [Self.file("P3 1 2 255 1 2 3 4 5 6"), Self.file("P6 1 2 255\n", [1, 2, 3, 4, 5, 6])] {
      let picture = try image(bytes)
      #expect(picture.format == .rgb8 && picture.size == PixelSize(width: 1, height: 2))
      #expect(picture.bytes.samples == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func sixteenBits() throws {
    for bytes in [Self.file("P2 2 1 65535 258 65535"), Self.file("P5 2 1 65535\n", [1, 2, 255, 255])] {
      let picture = try image(bytes)
      #expect(picture.format == .gray16)
      #expect(picture.bytes.samples == [2, 1, 255, 255])
    }
    // Colour becomes 8 bits: 1023 is white, 512 its half.
    let colour = try image(Self.file("P6 1 1 1023\n", [3, 255, 2, 0, 0, 0]))
    #expect(colour.format == .rgb8 && colour.bytes.samples == [255, 128, 0])
  }

  @Test func fewerLevelsAreScaledInPicturesOnly() throws {
    let bytes = Self.file("P5 3 1 15\n", [0, 5, 15])
    #expect(try image(bytes).bytes.samples == [0, 85, 255])
    let map = try readDisparity(FileContent(path: "memory", bytes: bytes))
    #expect(same(map.disparities.samples, [.nan, 5, 15]))
  }

  static let wrong: [[UInt8]] = [
    file("P5"), file("P5 3"), file("P5 3 1"), file("P5 3 1 255"), file("P5 3 1 255\n"), file("P5 3 1 255\n", [1, 2]),
    file("P5 0 1 255\n"), file("P5 -3 1 255\n"), file("P5 3 1 0\n", [1, 2, 3]), file("P5 3 1 65536\n", [1, 2, 3]),
    file("P5 2147483647 2147483647 255\n", [1]), file("P5 99999999999999999999 1 255\n", [1]),
    file("P5 3 1 100\n", [1, 2, 101]), file("P2 3 1 255\n1 2"), file("P2 3 1 255\n1 2 256"), file("P2 3 1 255\n1 2 x"),
    file("P2 3 1 255\n1 -2 3"), file("P2 16384 16384 255\n1 2 3"), file("P4 8 1\n", [1]), file("P6 1 1 255\n", [1, 2]),
    file("P5 # no end"),
  ]

  @Test(arguments: wrong) func wrongFilesAreRefused(bytes: [UInt8]) {
    #expect(fileError { () throws(FileError) in _ = try image(bytes) }?.isInvalid == true)
  }
}
