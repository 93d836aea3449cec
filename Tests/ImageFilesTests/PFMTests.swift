import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct PFMTests {
  /// Reals with the least significant byte first, or last.
  static func reals(_ values: [Float], bigEndian: Bool = false) -> [UInt8] {
    values.flatMap { value in
      withUnsafeBytes(of: bigEndian ? value.bitPattern.bigEndian : value.bitPattern.littleEndian) { Array($0) }
    }
  }

  static func read(_ header: String, _ samples: [UInt8]) throws(FileError) -> [Float] {
    try readDisparity(FileContent(path: "memory", bytes: Array(header.utf8) + samples)).disparities.samples
  }

  @Test func rowsGoFromBottomToTop() throws {
    #expect(try Self.read("Pf\n2 2\n-1\n", Self.reals([1, 2, 3, 4])) == [3, 4, 1, 2])
    #expect(try Self.read("Pf\n2 2\n1\n", Self.reals([1, 2, 3, 4], bigEndian: true)) == [3, 4, 1, 2])
  }

  @Test(arguments: [
    "Pf\r\n1 2\r\n-1.0\r\n", "Pf 1 2 -1 ", "Pf\n\n1\n2\n-0.003922\n", "Pf \n 1  2 \n -1 \n", "Pf\n# comment\n1 2\n-1\n",
    "Pf\t1\t2\t-1e0\t",
  ]) func oddHeadersAreRead(header: String) throws {
    #expect(try Self.read(header, Self.reals([5, 6])) == [6, 5])
    // The first sample begins with bytes that look like blanks: 0x20, 0x0A, 0x0D, 0x0A.
    let blanks = Float(bitPattern: 0x0A0D_0A20)
    #expect(try Self.read(header, Self.reals([blanks, 7])) == [7, blanks])
  }

  @Test func noDisparityIsInfiniteOrNaN() throws {
    let values = try Self.read("Pf\n4 1\n-1\n", Self.reals([.infinity, .nan, -.infinity, 0]))
    #expect(same(values, [.nan, .nan, .nan, 0]))
  }

  @Test func grayInThreeChannelsIsRead() throws {
    #expect(try Self.read("PF\n1 2\n-1\n", Self.reals([5, 5, 5, 6, 6, 6])) == [6, 5])
    let colour = fileError { () throws(FileError) in _ = try Self.read("PF\n1 1\n-1\n", Self.reals([5, 5, 6])) }
    #expect(colour?.description.contains("colour PFM") == true)
  }

  @Test(arguments: [
    ("Pf", 0), ("Pf\n2", 0), ("Pf\n1 1", 0), ("Pf\n1 1\n-1", 0), ("Pf\n1 1\n-1\n", 0), ("Pf\n1 1\n-1\n", 3),
    ("Pf\n1 1\n-1\n", 8), ("Pf\n0 1\n-1\n", 4), ("Pf\n-1 -4\n-1\n", 4), ("Pf\n1 1\n0\n", 4), ("Pf\n1 1\nnan\n", 4),
    ("Pf\n1 1\nx\n", 4), ("Pf\n2147483648 2147483648\n-1\n", 4), ("Pf\n16384 16384\n-1\n", 4), ("Pf\n1.5 1\n-1\n", 4),
  ]) func wrongFilesAreRefused(header: String, byteCount: Int) {
    let samples = [UInt8](repeating: 65, count: byteCount)
    #expect(fileError { () throws(FileError) in _ = try Self.read(header, samples) }?.isInvalid == true)
  }

  @Test func descriptionsTellTheMap() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.file("d", Array("Pf\n2 1\n1\n".utf8) + Self.reals([.infinity, 2.5], bigEndian: true))
    let said = "map, PFM, 2×1, channels 1, byteOrder big-endian, validFraction 0.5, least 2.5, greatest 2.5"
    #expect(try inspectFile(path).description == "\(path): \(said)")
  }
}
