import GoldenSupport
import ImageFiles
import NeuralNetwork
import StereoCore
import Tensors

/// What several tests of MC-CNN match, and what with.
enum MCCNNFixtures {
  /// A convolution of four maps; its numbers only have to be different.
  static let layer = [tensor("conv_blocks.0.weight", [4, 1, 3, 3]), tensor("conv_blocks.0.bias", [4])]
  /// Fully connected layers of eight units and of one behind it.
  static let head = [
    tensor("fl_blocks.0.weight", [8, 8]), tensor("fl_blocks.0.bias", [8]), tensor("fl_blocks.2.weight", [1, 8]),
    tensor("fl_blocks.2.bias", [1]),
  ]

  private static func tensor(_ name: String, _ shape: [Int]) -> WeightTensor {
    let count = shape.reduce(1, *)
    return WeightTensor(
      name: name, shape: shape, values: SyntheticWeights.values(name, count: count, seed: 3, scale: 0.6, offset: 0))
  }

  /// Random intensities; everything has one disparity.
  static func pair(width: Int, height: Int, disparity: Int) -> RectifiedPair {
    func image(shift: Int) -> Image {
      var bytes = Plane<UInt8>(width: width, height: height, repeating: 0)
      for y in 0..<height {
        for x in 0..<width {
          bytes[y, x] = UInt8(truncatingIfNeeded: SyntheticWeights.splitmix64(UInt64(y * 99 + x + shift)))
        }
      }
      return Image(format: .gray8, bytes: bytes)
    }
    return try! RectifiedPair(left: image(shift: 0), right: image(shift: disparity))
  }
}

extension GoldenCase {
  /// Its images.
  func pair() throws -> RectifiedPair {
    try RectifiedPair(left: readImage(leftImagePath), right: readImage(rightImagePath))
  }
}
