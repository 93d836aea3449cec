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

  @Test func masksHaveTheSizeOfTheImages() throws {
    func image() -> Image { Self.image(.gray8, 2, 1, [1, 2]) }
    #expect(throws: StereoError.self) {
      _ = try RectifiedPair(left: image(), right: image(), leftMask: Plane(width: 1, height: 2, repeating: 0))
    }
    var pair = try RectifiedPair(left: image(), right: image(), rightMask: Plane(width: 2, height: 1, repeating: 0))
    // A mask stays from frame to frame, and does not fit a frame of another size.
    try pair.replace(left: image(), right: image())
    #expect(pair.rightMask != nil && pair.leftMask == nil)
    #expect(throws: StereoError.self) {
      try pair.replace(left: Self.image(.gray8, 1, 1, [3]), right: Self.image(.gray8, 1, 1, [4]))
    }
    try pair.setMasks(left: nil, right: nil)
    try pair.replace(left: Self.image(.gray8, 1, 1, [3]), right: Self.image(.gray8, 1, 1, [4]))
    #expect(pair.leftGray.samples == [3])
  }

  @Test func viewsStoredDifferentlyAreQuestioned() throws {
    func image(_ orientation: StoredOrientation) -> Image {
      Image(format: .gray8, bytes: Plane(width: 1, height: 1, repeating: 0), orientation: orientation)
    }
    #expect(try RectifiedPair(left: image(.upsideDown), right: image(.upsideDown)).warnings.isEmpty)
    let warnings = try RectifiedPair(left: image(.upsideDown), right: image(.upright)).warnings
    #expect(warnings.count == 1 && warnings[0].contains("orientation 3 left, 1 right"))
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
