import Files
import Testing

@Suite struct FileNameTests {
  static let names: [[UInt8]] = [
    Array("left.png".utf8), Array("Straße 深度.png".utf8), [0xFF], [0x61, 0x80, 0xC3], [0xC3, 0x28], [0xE6, 0xB7],
    // Characters that stand for odd bytes, in a name themselves: they must come back as they were.
    [0xF4, 0x8F, 0xBE, 0x80, 0x2E], [0xF4, 0x8F, 0xBF, 0xBF], [0xED, 0xA0, 0x80],
  ]

  @Test(arguments: names) func bytesComeBack(name: [UInt8]) {
    #expect(FileName.bytes(of: FileName.text(of: name)) == name.map { CChar(bitPattern: $0) } + [0])
  }

  @Test func ordinaryNamesAreThemselves() {
    #expect(FileName.text(of: Array("深度.png".utf8)) == "深度.png")
    #expect(FileName.text(of: [0x61, 0xFF]).unicodeScalars.map(\.value) == [0x61, 0x10FFFF])
  }

  @Test func extensionsAreLowerCase() {
    #expect(fileExtension("a.b/left.PNG") == "png")
    #expect(fileExtension("a.b/left") == "" && fileExtension(".hidden") == "" && fileExtension("a.") == "")
  }
}
