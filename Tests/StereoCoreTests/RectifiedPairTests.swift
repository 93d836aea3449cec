import StereoCore
import Tensors
import Testing

@Suite struct RectifiedPairTests {
  static func image(_ format: PixelFormat, _ width: Int, _ height: Int, _ bytes: [UInt8]) -> Image {
    Image(format: format, bytes: Plane(width: width * format.bytesPerPixel, height: height, samples: bytes))
  }

  @Test func sizesMustAgree() {
    #expect(
      throws: StereoError.mismatchedSizes(left: PixelSize(width: 2, height: 1), right: PixelSize(width: 1, height: 2))
    ) {
      _ = try RectifiedPair(left: Self.image(.gray8, 2, 1, [1, 2]), right: Self.image(.gray8, 1, 2, [1, 2]))
    }
  }

  @Test func colourBecomesLuma() throws {
    let pair = try RectifiedPair(
      left: Self.image(.rgb8, 3, 1, [255, 0, 0, 0, 255, 0, 7, 7, 7]),
      right: Self.image(.bgr8, 3, 1, [255, 0, 0, 0, 255, 0, 255, 255, 255]))
    #expect(pair.leftGray.samples == [76, 150, 7])
    #expect(pair.rightGray.samples == [29, 150, 255])
  }

  @Test func sixteenBitsAreScaledByTheBrighterImage() throws {
    func bytes(_ values: [UInt16]) -> [UInt8] { values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
    let pair = try RectifiedPair(
      left: Self.image(.gray16, 2, 1, bytes([0, 1000])), right: Self.image(.gray16, 2, 1, bytes([500, 250])))
    #expect(pair.leftGray.samples == [0, 255])
    #expect(pair.rightGray.samples == [128, 64])
  }

  @Test func replaceKeepsThePairWhenSizesDiffer() throws {
    var pair = try RectifiedPair(left: Self.image(.gray8, 1, 1, [1]), right: Self.image(.gray8, 1, 1, [2]))
    #expect(throws: StereoError.self) {
      try pair.replace(left: Self.image(.gray8, 1, 1, [3]), right: Self.image(.gray8, 2, 1, [4, 5]))
    }
    #expect(pair.leftGray.samples == [1])
    try pair.replace(left: Self.image(.gray8, 2, 1, [3, 4]), right: Self.image(.gray8, 2, 1, [5, 6]))
    #expect(pair.rightGray.samples == [5, 6])
  }
}
