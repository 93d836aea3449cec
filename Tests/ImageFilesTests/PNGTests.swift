import ImageFiles
import StereoCore
import Tensors
import Testing

/// A picture from bytes in memory.
func image(_ bytes: [UInt8]) throws(FileError) -> Image { try readImage(FileContent(path: "memory", bytes: bytes)) }

@Suite struct PNGTests {
  @Test(arguments: [(1, 255), (2, 85), (4, 17), (8, 1)]) func grayIsScaledToEightBits(bits: Int, step: UInt8) throws {
    let samples = (0..<5).map { $0 % (1 << bits) }
    let builder = PNGBuilder(width: 5, height: 1, bits: bits, colourType: 0)
    let picture = try image(builder.file(rows: [samples]))
    #expect(picture.format == .gray8)
    #expect(picture.bytes.samples == samples.map { UInt8($0) * step })
  }

  @Test func grayOfSixteenBitsStays() throws {
    let builder = PNGBuilder(width: 2, height: 2, bits: 16, colourType: 0)
    let picture = try image(builder.file(rows: [[0, 1], [0x1234, 65535]]))
    #expect(picture.format == .gray16)
    #expect(picture.bytes.samples == [0, 0, 1, 0, 0x34, 0x12, 255, 255])
  }

  @Test func colourOfSixteenBitsStays() throws {
    let builder = PNGBuilder(width: 1, height: 1, bits: 16, colourType: 2)
    let picture = try image(builder.file(rows: [[65535, 0x8081, 128]]))
    #expect(picture.format == .rgb16)
    #expect(picture.bytes.samples == [255, 255, 0x81, 0x80, 128, 0])
  }

  /// 64 texts that would unpack to half a gigabyte, and a profile that is none: neither is looked at.
  @Test func textsAndProfilesAreNotUnpacked() throws {
    // One block of 8 MiB of zeros, as zlib packs it, is some 8 kB; here it is only its beginning, which unpacks to an error.
    let texts = (0..<64).map { _ in ("zTXt", Array("note".utf8) + [0, 0, 0x78, 0xDA, 1, 2, 3]) }
    let builder = PNGBuilder(
      width: 1, height: 1, bits: 8, colourType: 0, chunks: [("iCCP", [0x61, 0, 0, 0x78, 0xDA, 9, 9])] + texts)
    #expect(try image(builder.file(rows: [[5]])).bytes.samples == [5])
  }

  @Test func alphaIsLeftOut() throws {
    let colour = try image(PNGBuilder(width: 1, height: 1, bits: 8, colourType: 6).file(rows: [[10, 20, 30, 0]]))
    #expect(colour.format == .rgb8 && colour.bytes.samples == [10, 20, 30])
    let gray = try image(PNGBuilder(width: 1, height: 1, bits: 8, colourType: 4).file(rows: [[77, 3]]))
    #expect(gray.format == .gray8 && gray.bytes.samples == [77])
    let deep = try image(PNGBuilder(width: 1, height: 1, bits: 16, colourType: 4).file(rows: [[0x0102, 3]]))
    #expect(deep.format == .gray16 && deep.bytes.samples == [2, 1])
    // A transparent gray value is alpha as well.
    let transparent = PNGBuilder(width: 2, height: 1, bits: 8, colourType: 0, chunks: [("tRNS", [0, 9])])
    #expect(try image(transparent.file(rows: [[9, 8]])).bytes.samples == [9, 8])
  }

  @Test(arguments: [1, 2, 4, 8]) func palettesBecomeColour(bits: Int) throws {
    let builder = PNGBuilder(
      width: 3, height: 1, bits: bits, colourType: 3, chunks: [("PLTE", [1, 2, 3, 4, 5, 6]), ("tRNS", [0])])
    let picture = try image(builder.file(rows: [[0, 1, 0]]))
    #expect(picture.format == .rgb8)
    #expect(picture.bytes.samples == [1, 2, 3, 4, 5, 6, 1, 2, 3])
  }

  @Test(arguments: [(1, 1), (2, 3), (5, 5), (9, 10)]) func interlacedIsTheSame(width: Int, height: Int) throws {
    let rows = (0..<height).map { y in (0..<width).map { x in (y * 37 + x * 11) % 256 } }
    let builder = PNGBuilder(width: width, height: height, bits: 8, colourType: 0)
    #expect(try image(builder.interlacedFile(rows: rows)).bytes.samples == rows.flatMap { $0.map { UInt8($0) } })
  }

  @Test func writtenPicturesComeBack() throws {
    let directory = try TemporaryDirectory()
    let samples: [UInt8] = (0..<24).map { UInt8($0 * 10) }
    let swapped: [UInt8] = (0..<24).map { (index: Int) -> UInt8 in
      let pixel: Int = index / 3
      return samples[3 * pixel + 2 - index % 3]
    }
    let opaque: [UInt8] = samples.indices.filter { (index: Int) -> Bool in index % 4 != 3 }.map { samples[$0] }
    let cases: [(PixelFormat, [UInt8])] = [
      (.gray8, samples), (.gray16, samples), (.rgb8, samples), (.rgb16, samples), (.bgr8, swapped), (.rgba8, opaque),
    ]
    for (format, expected) in cases {
      let path = directory.path + "/picture.png"
      try writeImage(Image(format: format, bytes: Plane(width: 12, height: 2, samples: samples)), to: path)
      #expect(try readImage(path).bytes.samples == expected, "\(format)")
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let file = PNGBuilder(width: 3, height: 2, bits: 8, colourType: 0).file(rows: [[1, 2, 3], [4, 5, 6]])
    for count in 1..<file.count {
      let error = fileError { () throws(FileError) in _ = try image(Array(file[..<count])) }
      #expect(error?.isInvalid == true, "the first \(count) bytes")
    }
  }

  @Test func damagedPixelsAreRefused() throws {
    let builder = PNGBuilder(width: 3, height: 1, bits: 8, colourType: 0)
    var file = builder.file(rows: [[1, 2, 3]])
    // The last pixel: before Adler-32, the checksum of the chunk, and the 12 bytes of IEND.
    file[file.count - 12 - 4 - 4 - 1] ^= 1
    #expect(fileError { () throws(FileError) in _ = try image(file) }?.description.contains("damaged") == true)
  }

  @Test(arguments: [(Int(Int32.max), Int(Int32.max)), (1 << 15, 1 << 14), (1 << 14, (1 << 14) + 1)])
  func promisesAreCheckedBeforeAllocation(width: Int, height: Int) throws {
    let file = PNGBuilder(width: width, height: height, bits: 16, colourType: 6).file(raw: [0, 1, 2])
    let error = try #require(fileError { () throws(FileError) in _ = try image(file) })
    #expect(error.isInvalid)
    #expect(error.description.contains("\(width)×\(height)"), "\(error)")
  }

  @Test func missingRowsAreRefused() throws {
    let file = PNGBuilder(width: 100, height: 100, bits: 8, colourType: 0).file(
      raw: [0] + [UInt8](repeating: 7, count: 500))
    #expect(fileError { () throws(FileError) in _ = try image(file) }?.isInvalid == true)
  }

  @Test func descriptionsTellTheFile() throws {
    let directory = try TemporaryDirectory()
    let builder = PNGBuilder(width: 2, height: 1, bits: 16, colourType: 0)
    let path = try directory.file("disparity.png", builder.file(rows: [[0, 512]]))
    #expect(
      try inspectFile(path).description
        == "\(path): image, PNG, 2×1, channels 1, bitsPerSample 16, palette no, alpha no, interlaced no, readAs gray16, "
        + "validFraction 0.5, least 512, greatest 512")
  }
}
