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
    // A greatest value that is not that of the container is the camera's white.
    let colour = try image(Self.file("P6 1 1 1023\n", [3, 255, 2, 0, 0, 0]))
    #expect(colour.format == .rgb16 && colour.bytes.samples == [255, 3, 0, 2, 0, 0])
    #expect(colour.declaredWhite == 1023)
    #expect(try image(Self.file("P5 1 1 65535\n", [3, 255])).declaredWhite == nil)
  }

  @Test func arbitraryMaps() throws {
    func pam(_ lines: String, _ samples: [UInt8]) throws(FileError) -> Image {
      try image(Self.file("P7\n# comment\n\(lines)\nENDHDR\n", samples))
    }
    let gray = try pam("WIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\nTUPLTYPE GRAYSCALE", [7, 9])
    #expect(gray.format == .gray8 && gray.bytes.samples == [7, 9])
    let alpha = try pam("DEPTH 4\nHEIGHT 2\nMAXVAL 255\nWIDTH 1\nTUPLTYPE RGB_ALPHA", [1, 2, 3, 0, 4, 5, 6, 255])
    #expect(alpha.format == .rgb8 && alpha.bytes.samples == [1, 2, 3, 4, 5, 6])
    let deep = try pam("WIDTH 1\nHEIGHT 1\nDEPTH 2\nMAXVAL 4095", [0x0F, 0xFF, 0, 1])
    #expect(deep.format == .gray16 && deep.bytes.samples == [0xFF, 0x0F] && deep.declaredWhite == 4095)
  }

  @Test func bitMaps() throws {
    for bytes in [Self.file("P1\n3 2\n101\n0 1 0"), Self.file("P4\n3 2\n", [0b1010_0000, 0b0101_1111])] {
      #expect(try image(bytes).bytes.samples == [0, 255, 0, 255, 0, 255])
    }
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
    file("P2 3 1 255\n1 -2 3"), file("P2 16384 16384 255\n1 2 3"), file("P4 9 1\n", [1]), file("P6 1 1 255\n", [1, 2]),
    file("P5 # no end"), file("P7\nWIDTH 1\nENDHDR\n", [1]),
    file("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nMAXVAL 255\nENDHDR\n", [1]),
    file("P7\nWIDTH 1\nHEIGHT 1\nDEPTH 1\nMAXVAL 255\n", [1]), file("P1 2 1 1x"), file("P1 65536 4096 1"),
  ]

  @Test(arguments: wrong) func wrongFilesAreRefused(bytes: [UInt8]) {
    #expect(fileError { () throws(FileError) in _ = try image(bytes) }?.isInvalid == true)
  }
}
