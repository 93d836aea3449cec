import Foundation
import GoldenSupport
import Rectification
import StereoCore
import Tensors
import Testing

/// Rotations, projections, Q and maps against OpenCV's `stereoRectify`, `fisheye.stereoRectify` and
/// `initUndistortRectifyMap` (`Tests/Peers/rectification.py`).
@Suite struct RectificationPeerTests {
  /// One rig and what OpenCV makes of it; the names are the field's.
  struct Case: Decodable {
    let model: String
    let size: [Int]
    let newSize: [Int]
    let alpha: Double
    let equal: Bool
    let k1, d1, k2, d2, r, t, r1, r2, p1, p2, q: [Double]
    /// x, y of the rectified image; x, y of the left and of the right raw image.
    let samples: [[Double]]

    func camera(_ k: [Double], _ d: [Double]) throws -> RigCamera {
      let distortion: LensDistortion =
        switch model {
        case "none": .none
        case "fov": .fieldOfView(d[0])
        case "equidistant": .kannalaBrandt(SIMD4(d[0], d[1], d[2], d[3]))
        default: .polynomial(try PolynomialDistortion(d))
        }
      return try RigCamera(
        size: PixelSize(width: size[0], height: size[1]), focalLength: SIMD2(k[0], k[4]),
        principalPoint: SIMD2(k[2], k[5]), distortion: distortion)
    }

    func rectification() throws -> Rectification {
      let rig = try Rig(
        left: camera(k1, d1), right: camera(k2, d2), rotation: Matrix3(r), translation: SIMD3(t[0], t[1], t[2]))
      return try Rectification(
        rig, alpha: alpha, size: PixelSize(width: newSize[0], height: newSize[1]), hasEqualPrincipalPoints: equal)
    }
  }

  static let script = SharedFiles.fixture("../Peers/rectification.py", beside: #filePath)

  static func difference(_ found: [Double], _ expected: [Double]) -> Double {
    let greatest = expected.map(abs).max() ?? 1
    return (zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity) / greatest
  }

  /// 1e-6 of the greatest number of each matrix, 0.01 px in the maps.
  static func compare(_ data: Data, count: Int) throws {
    let cases = try JSONDecoder().decode([Case].self, from: data)
    #expect(cases.count == count)
    for (index, one) in cases.enumerated() {
      let found = try one.rectification()
      let matrices = [
        (found.rotations.left.values, one.r1), (found.rotations.right.values, one.r2),
        (found.projection(.left), one.p1), (found.projection(.right), one.p2), (found.disparityToSpace, one.q),
      ]
      let comment = "rig \(index), \(one.model), alpha \(one.alpha)"
      for (matrix, expected) in matrices { #expect(difference(matrix, expected) <= 1e-6, "\(comment)") }
      let left = RectificationMap(found, .left)
      let right = RectificationMap(found, .right)
      for sample in one.samples {
        let (x, y) = (Int(sample[0]), Int(sample[1]))
        let places = [left.x[y, x], left.y[y, x], right.x[y, x], right.y[y, x]].map(Double.init)
        // Where a lens has no place for a direction, OpenCV has one outside the image.
        let worst =
          zip(places, sample[2...]).enumerated().map { index, pair in
            let extent = Double(index % 2 == 0 ? one.size[0] : one.size[1])
            let isOutside = pair.1 < -1 || pair.1 > extent
            return pair.0.isNaN ? isOutside ? 0 : .infinity : abs(pair.0 - pair.1)
          }.max() ?? .infinity
        #expect(worst <= 0.01, "\(comment), (\(x), \(y)): \(places)")
      }
    }
  }

  @Test func storedRigsAreAsOpenCVHasThem() throws {
    let path = SharedFiles.fixture("Fixtures/rigs.json", beside: #filePath)
    try Self.compare(Data(contentsOf: URL(filePath: path)), count: 24)
  }

  @Test(.enabled(if: PythonPeer.has("cv2", "numpy"), "python3 with opencv is not here"))
  func twoHundredRigsAreAsOpenCVHasThem() throws {
    try Self.compare(PythonPeer.run([Self.script, "200", "3"]), count: 200)
  }
}
