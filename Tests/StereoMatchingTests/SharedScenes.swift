import GoldenSupport
import ImageFiles
import StereoCore
import Tensors

/// A Middlebury scene of the shared material.
struct SharedScene: Sendable {
  /// Its name.
  let name: String
  /// Where it lies below `data/middlebury`.
  let folder: String
  /// Gray levels of the truth per pixel of disparity.
  let scale: Double
  /// The disparities to search.
  let count: Int

  /// Twenty scenes with dense truth, at sizes that a test can match.
  static let middlebury: [SharedScene] =
    [("tsukuba", 16.0), ("venus", 8)].map { SharedScene(name: $0, folder: "2001/\($0)", scale: $1, count: 64) }
    + ["cones", "teddy"].map { SharedScene(name: $0, folder: "2003/\($0)", scale: 4, count: 64) }
    + ["Books", "Dolls"].map { SharedScene(name: $0, folder: "2005_third/\($0)", scale: 3, count: 80) }
    + [
      "Baby1", "Baby2", "Baby3", "Bowling1", "Cloth1", "Cloth2", "Cloth3", "Cloth4", "Flowerpots", "Lampshade1",
      "Midd1",
      "Rocks2", "Wood1", "Wood2",
    ].map { SharedScene(name: $0, folder: "2006_third/\($0)", scale: 3, count: 80) }

  /// Whether the scenes are there.
  static var areThere: Bool { SharedFiles.has("data/middlebury/2003/teddy/left.png") }

  /// The pair.
  ///
  /// - Throws: what reading the images throws.
  func pair() throws -> RectifiedPair {
    let ending = name == "tsukuba" ? "ppm" : "png"
    return try RectifiedPair(
      left: readImage(SharedFiles.path("data/middlebury/\(folder)/left.\(ending)")),
      right: readImage(SharedFiles.path("data/middlebury/\(folder)/right.\(ending)")))
  }

  /// The left image's truth, pixels; NaN or 0 where it is not known.
  ///
  /// - Throws: what reading the map throws.
  func truth() throws -> Plane<Float> {
    let ending = name == "tsukuba" ? "pgm" : "png"
    let map = try readDisparity(SharedFiles.path("data/middlebury/\(folder)/disp_left.\(ending)"), divisor: scale)
    return map.disparities.copy()
  }
}
