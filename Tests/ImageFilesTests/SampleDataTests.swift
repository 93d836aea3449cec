import Foundation
import ImageFiles
import StereoCore
import Tensors
import Testing

/// The sample data are what their README says, read with the project's own readers.
@Suite struct SampleDataTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "SampleData").path(percentEncoded: false)

  /// Mean of |left(x, y) − right(x − d, y)| over the pixels that `isUsed`, gray levels; right is interpolated.
  static func warpError(
    _ pair: borrowing RectifiedPair, _ map: borrowing DisparityMap, where isUsed: (_ y: Int, _ x: Int) -> Bool
  ) -> (error: Double, count: Int) {
    var (sum, count) = (0.0, 0)
    for y in 0..<map.height {
      for x in 0..<map.width where map.disparities[y, x].isFinite && isUsed(y, x) {
        let column = Float(x) - map.disparities[y, x]
        let left = Int(column.rounded(.down))
        guard left >= 0, left + 1 < map.width else { continue }
        let share = column - Float(left)
        let right = Float(pair.rightGray[y, left]) * (1 - share) + Float(pair.rightGray[y, left + 1]) * share
        sum += Double(abs(Float(pair.leftGray[y, x]) - right))
        count += 1
      }
    }
    return (sum / Double(max(count, 1)), count)
  }

  @Test func motorcycleIsAligned() throws {
    let folder = Self.root + "/Pairs/Motorcycle/"
    let pair = try RectifiedPair(left: readImage(folder + "left.png"), right: readImage(folder + "right.png"))
    let map = try readDisparity(folder + "disp0.pfm")
    let calibration = try readCalibration(folder + "calib.txt")
    #expect(pair.size == map.size && calibration.imageSize == pair.size)
    #expect(calibration.disparityCount == 64 && map.range == DisparityRange(7..<60))
    #expect(map.disparities.samples.count { $0.isNaN } == 27226)
    // Occluded pixels are among them.
    #expect(Self.warpError(pair, map) { _, _ in true }.error < 10)
    #expect(Self.warpError(pair, map) { _, x in x % 2 == 0 }.count > 150_000)
  }

  @Test(arguments: [("SlantedPlanes", 4.0), ("ThinObjects", 6), ("TexturelessWall", 4), ("RepeatedTexture", 4)])
  func scenesAreExactWhereBothImagesSee(name: String, limit: Double) throws {
    let folder = Self.root + "/Pairs/\(name)/"
    let pair = try RectifiedPair(left: readImage(folder + "left.png"), right: readImage(folder + "right.png"))
    let map = try readDisparity(folder + "disp0.png")
    let mask = try readImage(folder + "mask0nocc.png")
    #expect(pair.size == map.size && mask.size == map.size)
    #expect(try readCalibration(folder + "calib.txt").imageSize == map.size)
    #expect(Set(mask.bytes.samples) == [128, 255])
    let seen = Self.warpError(pair, map) { y, x in mask.bytes[y, x] == 255 }
    let occluded = Self.warpError(pair, map) { y, x in mask.bytes[y, x] == 128 }
    #expect(seen.error < limit && seen.count > 15000)
    #expect(occluded.error > 3 * seen.error)
  }

  @Test(arguments: [
    ("KITTI2012", ["image_0", "image_1", "disp_noc", "disp_occ", "calib"]),
    ("KITTI2015", ["image_2", "image_3", "disp_noc_0", "disp_occ_0", "calib_cam_to_cam"]),
  ]) func kittiMiniaturesAreInTheOfficialLayout(name: String, folders: [String]) throws {
    let root = Self.root + "/\(name)/training/"
    for frame in ["000000", "000001"] {
      func path(_ index: Int) -> String { root + folders[index] + "/\(frame)_10.png" }
      let pair = try RectifiedPair(left: readImage(path(0)), right: readImage(path(1)))
      let visible = try readDisparity(path(2))
      let all = try readDisparity(path(3))
      #expect(pair.size == visible.size && pair.size == all.size)
      #expect(pair.left.format == (name == "KITTI2012" ? .gray8 : .rgb8))
      var (occludedCount, differentCount) = (0, 0)
      for (seen, known) in zip(visible.disparities.samples, all.disparities.samples) where seen != known {
        if seen.isNaN && known.isFinite { occludedCount += 1 } else if !known.isNaN { differentCount += 1 }
      }
      #expect(occludedCount > 200 && differentCount == 0)
      #expect(Self.warpError(pair, visible) { _, _ in true }.error < 4)
      let calibration = try readCalibration(root + folders[4] + "/\(frame).txt")
      #expect(calibration.focalLength == 120 && abs(calibration.baseline - 0.54) < 1e-9)
    }
  }

  @Test func kitti2015HasObjects() throws {
    for frame in ["000000", "000001"] {
      let objects = try readImage(Self.root + "/KITTI2015/training/obj_map/\(frame)_10.png")
      #expect(Set(objects.bytes.samples) == [0, 1, 2])
    }
  }
}
