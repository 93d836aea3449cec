import GoldenSupport
import ImageFiles
import StereoDepth
import Testing

/// What presets promise: `quality` errs less than `realtime`, in rooms and in streets.
///
/// Measured when the numbers were chosen (on training scenes): 18 Middlebury scenes 11.45 % against 11.64 % (bad-1.0).
@Suite(.enabled(if: SharedFiles.has("data"), Comment(rawValue: SharedFiles.missing)))
struct PresetAccuracyTests {
  /// Truth disparity = code / `scale`; 0: none.
  private struct Scene {
    let left, right, truth: String
    let scale: Float
    let threshold: Float
  }

  private static let rooms: [Scene] = {
    let thirds = [
      "Baby1", "Baby2", "Baby3", "Bowling1", "Cloth1", "Cloth2", "Cloth3", "Cloth4", "Flowerpots", "Lampshade1",
      "Midd1",
      "Rocks2", "Wood1", "Wood2",
    ].map { ("2006_third/\($0)", Float(3)) }
    let others = [("2003/teddy", Float(4)), ("2003/cones", 4), ("2005_third/Books", 3), ("2005_third/Dolls", 3)]
    return (others + thirds).map { name, scale in
      let folder = SharedFiles.path("data/middlebury/\(name)")
      return Scene(
        left: "\(folder)/left.png", right: "\(folder)/right.png", truth: "\(folder)/disp_left.png", scale: scale,
        threshold: 1)
    }
  }()

  /// Every third validation frame.
  private static let streets: [Scene] = stride(from: 120, to: 150, by: 3).map { frame in
    let (folder, name) = (SharedFiles.path("data/kitti2012/training"), "000\(frame)_10.png")
    return Scene(
      left: "\(folder)/image_0/\(name)", right: "\(folder)/image_1/\(name)", truth: "\(folder)/disp_noc/\(name)",
      scale: 256, threshold: 3)
  }

  /// The mean over the scenes of the share of pixels that are wrong, percent.
  private static func error(_ preset: String, _ scenes: [Scene]) throws -> Double {
    let matcher = try StereoMatcher(preset: preset)
    var sum = 0.0
    for scene in scenes {
      let result = try matcher.match(RectifiedPair(left: readImage(scene.left), right: readImage(scene.right)))
      let truth = try readImage(scene.truth)
      let bytes = truth.format.bytesPerPixel
      var (wrong, known) = (0, 0)
      for y in 0..<truth.height {
        let row = truth.bytes.row(y)
        for x in 0..<truth.width {
          let code = bytes == 1 ? Int(row[x]) : Int(row[2 * x]) | Int(row[2 * x + 1]) << 8
          guard code > 0 else { continue }
          known += 1
          // Also where there is no disparity.
          if !(abs(result.left.disparities[y, x] - Float(code) / scene.scale) <= scene.threshold) { wrong += 1 }
        }
      }
      sum += 100 * Double(wrong) / Double(known)
    }
    return sum / Double(scenes.count)
  }

  @Test func qualityErrsLessInRooms() throws {
    let (realtime, quality) = (try Self.error("realtime", Self.rooms), try Self.error("quality", Self.rooms))
    #expect(quality < realtime && quality < 11.7, "\(quality) %, \(realtime) %")
  }

  @Test func qualityErrsLessInStreets() throws {
    let (realtime, quality) = (try Self.error("realtime", Self.streets), try Self.error("quality", Self.streets))
    #expect(quality < realtime, "\(quality) %, \(realtime) %")
  }
}
