import ImageFiles
import StereoCore
import Testing

@Suite struct StereoLayoutTests {
  static func file(_ bytes: [UInt8], _ layout: StereoLayout) -> StereoFile {
    StereoFile(FileContent(path: "memory", bytes: bytes), layout: layout)
  }

  @Test func halvesAreTheViews() throws {
    let bytes = PNMTests.file("P5 4 2 255\n", [1, 2, 3, 4, 5, 6, 7, 8])
    let wide = Self.file(bytes, .sideBySide)
    #expect(try wide.left().bytes.samples == [1, 2, 5, 6] && wide.right().bytes.samples == [3, 4, 7, 8])
    let tall = Self.file(bytes, .topBottom)
    #expect(try tall.left().bytes.samples == [1, 2, 3, 4] && tall.right().bytes.samples == [5, 6, 7, 8])
    let deep = Self.file(PNMTests.file("P6 2 1 1023\n", [0, 1, 0, 2, 0, 3, 1, 4, 1, 5, 1, 6]), .sideBySide)
    #expect(try deep.right().bytes.samples == [4, 1, 5, 1, 6, 1] && deep.right().declaredWhite == 1023)
  }

  @Test func oddSidesHaveNoHalves() {
    let bytes = PNMTests.file("P5 3 3 255\n", [UInt8](repeating: 7, count: 9))
    for layout in [StereoLayout.sideBySide, .topBottom] {
      let error = fileError { () throws(FileError) in _ = try Self.file(bytes, layout).left() }
      #expect(error?.description.contains("even number") == true)
    }
  }

  /// Two JPEG pictures, with bytes between them as cameras leave them; the first may be of many scans.
  @Test(arguments: [JPEGSamples.gray, JPEGSamples.progressive]) func picturesAfterEachOtherAreTheViews(first: [UInt8])
    throws
  {
    let file = Self.file(first + [0, 0, 0, 0, 0xFF] + JPEGSamples.colour, .mpo)
    #expect(try file.left().bytes.samples == image(first).bytes.samples)
    #expect(try file.right().bytes.samples == image(JPEGSamples.colour).bytes.samples)
    let error = fileError { () throws(FileError) in _ = try Self.file(first, .mpo).right() }
    #expect(
      error?.description.contains("two JPEG pictures") == true && error?.description.contains("found one") == true)
  }
}
