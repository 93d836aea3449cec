import StereoCore
import StereoMatching
import Tensors
import Testing

/// What masks take away from a result, whatever method made it.
@Suite struct MaskedPixelsTests {
  /// One row of six pixels with disparity 2, confidence 0.9; the last was filled.
  static func result() -> StereoResult {
    var result = StereoResult(size: PixelSize(width: 6, height: 1), range: DisparityRange(0..<4))
    for x in 0..<6 {
      result.left.disparities[0, x] = x == 3 ? 1 : 2
      result.right.disparities[0, x] = 2
      result.confidence.values[0, x] = 0.9
    }
    result.left.validity[0, 5] = [.occlusion, .filled]
    return result
  }

  static func pair(left: [UInt8]?, right: [UInt8]?) throws -> RectifiedPair {
    func image() -> Image { Image(format: .gray8, bytes: Plane(width: 6, height: 1, repeating: 7)) }
    func mask(_ samples: [UInt8]?) -> Plane<UInt8>? {
      guard let samples else { return nil }
      return Plane(width: 6, height: 1, samples: samples)
    }
    return try RectifiedPair(left: image(), right: image(), leftMask: mask(left), rightMask: mask(right))
  }

  @Test(arguments: [false, true]) func pixelsWithoutImageHaveNoDisparity(fill: Bool) throws {
    var result = Self.result()
    result.removeMasked(of: try Self.pair(left: [1, 0, 255, 1, 1, 0], right: nil), fill: fill)
    #expect(result.left.disparities.samples.map(\.isNaN) == [false, true, false, false, false, true])
    #expect(result.left.validity[0, 1] == .outOfView && result.left.validity[0, 5] == .outOfView)
    #expect(result.confidence.values.samples == [0.9, 0, 0.9, 0.9, 0.9, 0])
    // Right x matches left x + 2: columns 3 and 5 − 2 have nothing there.
    #expect(result.right.disparities[0, 3].isNaN == !fill && result.right.validity[0, 3].contains(.outOfView))
    #expect(result.right.validity[0, 3].contains(.filled) == fill)
    #expect(result.right.disparities[0, 0] == 2 && result.right.validity[0, 0].isEmpty)
  }

  @Test(arguments: [false, true]) func matchesWithWhatIsNoImageAreNone(fill: Bool) throws {
    var result = Self.result()
    // Left 2 and 3 match right 0 and 2, left 4 and 5 match right 2 and 3; left 0 and 1 match beyond the border.
    result.removeMasked(of: try Self.pair(left: nil, right: [255, 255, 0, 0, 255, 255]), fill: fill)
    let values = result.left.disparities.samples
    #expect(values[0] == 2 && values[2] == 2 && result.left.validity[0, 2].isEmpty)
    for x in [3, 4] {
      #expect(result.left.validity[0, x] == (fill ? [.outOfView, .filled] : .outOfView))
      #expect(fill ? values[x] == 2 : values[x].isNaN)
      #expect(result.confidence.values[0, x] == 0)
    }
    // What was filled before is no match, and stays.
    #expect(values[5] == 2 && result.left.validity[0, 5] == [.occlusion, .filled])
    #expect(result.right.disparities.samples.map(\.isNaN) == [false, false, true, true, false, false])
  }

  @Test func withoutMasksNothingChanges() throws {
    var result = Self.result()
    result.removeMasked(of: try Self.pair(left: nil, right: nil), fill: true)
    #expect(result.left.disparities.samples == [2, 2, 2, 1, 2, 2] && result.confidence.values[0, 5] == 0.9)
  }
}
