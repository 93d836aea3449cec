import ImageFiles
import StereoCore
import Testing

@Suite struct JPEGTests {
  /// g(y, x) of the samples.
  static func gray(_ y: Int, _ x: Int) -> Int { 20 + 10 * x + 8 * y }

  @Test func grayIsRead() throws {
    let picture = try image(JPEGSamples.gray)
    #expect(picture.format == .gray8 && picture.size == PixelSize(width: 16, height: 8))
    for y in 0..<8 {
      for x in 0..<16 { #expect(abs(Int(picture.bytes[y, x]) - Self.gray(y, x)) <= 3) }
    }
  }

  @Test(arguments: [JPEGSamples.colour, JPEGSamples.progressive]) func colourIsRead(file: [UInt8]) throws {
    let picture = try image(file)
    #expect(picture.format == .rgb8 && picture.size == PixelSize(width: 16, height: 8))
    for y in 0..<8 {
      for x in 0..<16 {
        let colour = picture.colour(y: y, x: x)
        #expect(abs(Int(colour.red) - Self.gray(y, x)) <= 12)
        #expect(abs(Int(colour.green) - 255 + Self.gray(y, x)) <= 12)
        #expect(abs(Int(colour.blue) - 90) <= 16)
      }
    }
  }

  @Test(arguments: [JPEGSamples.gray, JPEGSamples.colour, JPEGSamples.progressive])
  func everyTruncationIsRefused(file: [UInt8]) throws {
    // The end marker of two bytes is all that a picture can miss nothing without.
    for count in 3..<file.count - 2 {
      let error = fileError { () throws(FileError) in _ = try image(Array(file[..<count])) }
      #expect(error?.isInvalid == true, "the first \(count) of \(file.count) bytes")
    }
  }

  @Test func promisesAreCheckedBeforeAllocation() throws {
    var file = JPEGSamples.gray
    // Height and width follow the length and precision of the frame header FF C0.
    let frame = try #require(file.firstRange(of: [0xFF, 0xC0])?.lowerBound)
    for offset in 5..<9 { file[frame + offset] = 0xFF }
    #expect(fileError { () throws(FileError) in _ = try image(file) }?.isInvalid == true)
  }

  @Test func progressiveIsSaid() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("picture", JPEGSamples.progressive)
    #expect(
      try inspectFile(path).description.contains(
        "JPEG, 16×8, channels 3, bitsPerSample 8, palette no, alpha no, interlaced yes"))
  }
}
