import StereoCore
import Tensors

/// A pair of random dots whose every disparity is the same, for tests that need a result and not its quality.
enum SmallScene {
  /// The pair.
  static func pair(width: Int = 96, height: Int = 48, disparity: Int = 5) throws -> RectifiedPair {
    var generator = SystemRandomNumberGenerator()
    let scene = (0..<height).map { _ in
      (0..<width + disparity).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    func image(from column: Int) -> Image {
      Image(
        format: .gray8,
        bytes: Plane(width: width, height: height, samples: scene.flatMap { $0[column..<column + width] }))
    }
    return try RectifiedPair(left: image(from: 0), right: image(from: disparity))
  }
}
