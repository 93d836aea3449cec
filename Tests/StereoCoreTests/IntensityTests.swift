import StereoCore
import Tensors
import Testing

/// One picture in many depths must be one picture in the 8 bits that everything looks at.
@Suite struct IntensityTests {
  static let (width, height) = (64, 48)

  /// A picture of 8 bits from `least` through `greatest`, `channels` samples a pixel, with both ends in it.
  static func picture(channels: Int, shift: Int = 0, least: Int = 10, greatest: Int = 245) -> [UInt8] {
    (0..<width * height * channels).map { index in
      let (x, y) = (index / channels % width + shift, index / channels / width)
      let mixed = (x * 7919 + y * 104_729 + index % channels * 31) % 9973
      return UInt8(least + mixed % (greatest - least + 1))
    }
  }

  static func wide(_ samples: [Int], channels: Int, declaredWhite: UInt16? = nil) -> Image {
    Image(
      format: channels == 3 ? .rgb16 : .gray16,
      bytes: Plane(
        width: width * channels * 2, height: height,
        samples: samples.flatMap { value in withUnsafeBytes(of: UInt16(value)) { Array($0) } }),
      declaredWhite: declaredWhite)
  }

  static func narrow(_ samples: [UInt8], channels: Int) -> Image {
    Image(
      format: channels == 3 ? .rgb8 : .gray8, bytes: Plane(width: width * channels, height: height, samples: samples))
  }

  /// One pair in two depths.
  struct Both: ~Copyable {
    let eight, wide: RectifiedPair
  }

  /// The pair of 8 bits, and the same after `change` of every sample in 16 bits; 20 pixels of each view are then hot.
  static func pairs(
    channels: Int, least: Int = 10, greatest: Int = 245, hot: Bool = false, _ change: (Int, Int) -> Int
  ) throws -> Both {
    let views = [0, 5].map { picture(channels: channels, shift: $0, least: least, greatest: greatest) }
    let changed = views.map { view in
      view.indices.map { hot && $0 % 149 == 7 && $0 < 20 * 149 ? 65535 : change(Int(view[$0]), $0) }
    }
    return Both(
      eight: try RectifiedPair(left: narrow(views[0], channels: channels), right: narrow(views[1], channels: channels)),
      wide: try RectifiedPair(left: wide(changed[0], channels: channels), right: wide(changed[1], channels: channels))
    )
  }

  @Test(arguments: [1, 3], [4, 8, 16, 64, 256, 257]) func everyDepthIsThePictureOfEightBits(
    channels: Int, factor: Int
  ) throws {
    let both = try Self.pairs(channels: channels) { value, _ in value * factor }
    #expect(
      both.wide.leftGray.samples == both.eight.leftGray.samples
        && both.wide.rightGray.samples == both.eight.rightGray.samples)
    #expect(both.wide.leftColours.bytes.samples == both.eight.left.bytes.samples)
    #expect(both.wide.rightColours.bytes.samples == both.eight.right.bytes.samples)
    let bits = factor == 257 ? 16 : 8 + factor.trailingZeroBitCount
    #expect(
      both.wide.notes == ["intensities of both images: \(bits) significant bits of 16: \((1 << bits) - 1) is white"])
    #expect(both.eight.notes.isEmpty)
  }

  @Test(arguments: [1, 3]) func twentyHotPixelsChangeOnlyThemselves(channels: Int) throws {
    let both = try Self.pairs(channels: channels, hot: true) { value, _ in value * 16 }
    let (expected, found) = (both.eight.left.bytes.samples, both.wide.leftColours.bytes.samples)
    #expect(expected.indices.filter { expected[$0] != found[$0] }.count <= 20)
    #expect(found.filter { $0 == 255 }.count == 20)
  }

  /// What a camera of 12 bits delivers beyond the 8 of the picture does not matter.
  @Test func noiseBelowTheEightBitsIsCutOff() throws {
    let both = try Self.pairs(channels: 1) { value, index in value * 16 + index % 16 }
    #expect(both.wide.leftGray.samples == both.eight.leftGray.samples)
  }

  @Test(arguments: [4, 16]) func aDarkPictureStaysDark(factor: Int) throws {
    let both = try Self.pairs(channels: 1, greatest: 100) { value, _ in value * factor }
    #expect(both.wide.leftGray.samples == both.eight.leftGray.samples)
  }

  /// A bright, foggy picture of few levels has an offset, but loses nothing in 8 bits: its colours stay.
  @Test(arguments: [4, 257]) func aFoggyPictureKeepsItsColours(factor: Int) throws {
    let both = try Self.pairs(channels: 3, least: 150, greatest: 190) { value, _ in value * factor }
    #expect(both.wide.leftColours.bytes.samples == both.eight.left.bytes.samples)
  }

  /// Offsets of thermal cameras (29000 … 30000), of black levels and of signed data: in order, and with nearly all levels.
  @Test(arguments: [29000, 20000, 1000, 200, 32768], [false, true])
  func anOffsetIsTakenOff(offset: Int, hot: Bool) throws {
    let both = try Self.pairs(channels: 1, hot: hot) { value, _ in value * 4 + offset }
    let (before, after) = (both.eight.leftGray.samples, both.wide.leftGray.samples)
    var levels: [UInt8: Set<UInt8>] = [:]
    for index in before.indices where !(hot && index % 149 == 7) {
      levels[before[index], default: []].insert(after[index])
    }
    #expect(levels.values.allSatisfy { $0.count == 1 })
    let inOrder = levels.sorted { $0.key < $1.key }.flatMap { Array($0.value) }
    #expect(inOrder == inOrder.sorted())
    #expect(Set(inOrder).count >= 180, "\(Set(inOrder).count) of \(levels.count) levels are left")
    #expect(both.wide.notes.first?.contains("colours are relative") == true)
  }

  @Test func pixelsWithoutImageDoNotCount() throws {
    // Half of each picture is 0, as a rectified picture has it; the rest is thermal.
    let samples = Self.picture(channels: 1).enumerated().map { $0 % Self.width < 32 ? 0 : 29000 + 4 * Int($1) }
    let pair = try RectifiedPair(left: Self.wide(samples, channels: 1), right: Self.wide(samples, channels: 1))
    #expect(Set(pair.leftGray.samples).count > 180)
    // Any other value there is left out by masks.
    let filled = samples.map { $0 == 0 ? 60000 : $0 }
    func mask() -> Plane<UInt8> {
      Plane(width: Self.width, height: Self.height, samples: samples.map { $0 == 0 ? 0 : 255 })
    }
    let masked = try RectifiedPair(
      left: Self.wide(filled, channels: 1), right: Self.wide(filled, channels: 1), leftMask: mask(), rightMask: mask())
    #expect(Set(masked.leftGray.samples).count > 180)
  }

  @Test func whatFilesDeclareIsBelieved() throws {
    func pair(_ white: UInt16?, _ rightWhite: UInt16?) throws -> RectifiedPair {
      let samples = Self.picture(channels: 1).map { Int($0) * 2 }
      return try RectifiedPair(
        left: Self.wide(samples, channels: 1, declaredWhite: white),
        right: Self.wide(samples, channels: 1, declaredWhite: rightWhite))
    }
    let samples = Self.picture(channels: 1)
    #expect(try pair(1000, 1000).leftGray.samples == samples.map { UInt8((Int($0) * 2 * 255 + 500) / 1000) })
    #expect(try pair(1023, 1023).leftGray.samples == samples.map { $0 / 2 })
    let both = try pair(1023, nil)
    #expect(both.leftGray.samples == samples.map { $0 / 2 } && both.rightGray.samples == samples)
    #expect(both.notes.count == 2 && both.notes[0].contains("left") && both.notes[0].contains("as the file declares"))
  }

  @Test func depthsAndColoursMix() throws {
    let gray = Self.picture(channels: 1)
    let pair = try RectifiedPair(
      left: Self.narrow(gray.flatMap { [$0, $0, $0] }, channels: 3),
      right: Self.wide(gray.map { Int($0) * 16 }, channels: 1))
    #expect(pair.leftGray.samples == gray && pair.rightGray.samples == gray)
    #expect(pair.scales.left == .eightBits && pair.scales.right == .significantBits(12, declared: false))
  }

  @Test(arguments: [1, 3]) func framesUseTheMemoryOfTheLast(channels: Int) throws {
    let samples = Self.picture(channels: channels).map { Int($0) * 4 }
    func image() -> Image { Self.wide(samples, channels: channels) }
    var pair = try RectifiedPair(left: image(), right: image())
    let addresses = [pair.leftGray.storage, pair.rightGray.storage]
    try pair.replace(left: image(), right: image())
    #expect([pair.leftGray.storage, pair.rightGray.storage] == addresses)
    let alone = pair.left.inEightBits()
    #expect(alone.bytes.samples == pair.leftColours.bytes.samples)
  }
}
