import Foundation
import ImageFiles
import StereoEvaluation
import Testing

/// Maps of whole numbers are scored only where their unit is known.
@Suite struct MapUnitTests {
  static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../ImageFilesTests/Fixtures/").standardizedFileURL.path(percentEncoded: false)

  static func error(_ path: String) -> FileError? {
    do throws(FileError) {
      _ = try DisparityFiles.read(path)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: ["map32.tif", "map64.tif", "map16real.tif", "map.npz", "maps.npz", "map.flo"])
  func realsArePixels(name: String) throws {
    let map = try DisparityFiles.read(Self.fixtures + name)
    #expect(map[3, 5] == 6.75 && map[0, 0] == 1)
  }

  @Test func wholeNumbersOfATIFFNeedAScale() throws {
    let path = Self.fixtures + "map16signed.tif"
    #expect(Self.error(path)?.description.contains("16 times the disparity") == true)
    #expect(try DisparityFiles.read(path, scale: 16)[3, 5] == 6.75)
  }

  /// int16 as `StereoSGBM.compute` gives it: 16 times the disparity, −16 where there is none.
  @Test func mapsOfOpenCVAreRefusedByName() throws {
    let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (1, 3), }\n"
    let samples: [Int16] = [-16, 37, 64]
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
      + samples.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    let url = FileManager.default.temporaryDirectory.appending(path: "opencv-\(UUID().uuidString).npy")
    defer { try? FileManager.default.removeItem(at: url) }
    try Data(bytes).write(to: url)
    #expect(Self.error(url.path(percentEncoded: false))?.description.contains("divide them by 16") == true)
  }
}
