import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct SeenConfidenceTests {
  static let size = (width: 160, height: 60)

  static func matched(_ pair: borrowing RectifiedPair, threads: Int = 2) throws -> StereoResult {
    let range = DisparityRange(0..<32)
    let options = MatchingOptions(parallel: Parallel(threads: threads))
    let engine = try SweepRecipe(.quality).engine(over: range, options: options)
    var result = StereoResult(size: pair.size, range: range)
    try engine.match(pair, into: &result, progress: RunProgress())
    return result
  }

  static func flat(_ value: UInt8) -> [[UInt8]] {
    [[UInt8]](repeating: [UInt8](repeating: value, count: size.width), count: size.height)
  }

  @Test func blackAgainstWhiteIsNoEvidence() throws {
    let result = try Self.matched(pair(Self.flat(0), Self.flat(255)))
    #expect(result.confidence.values.samples.allSatisfy { $0 < 0.1 })
  }

  /// A flat scene seen by two cameras with noise of their own: whatever matches does so by chance.
  @Test func noiseOfTwoCamerasIsNoEvidence() throws {
    var dice = Dice(4)
    func noisy() -> [[UInt8]] {
      Self.flat(128).map { $0.map { UInt8(Int($0) + Int.random(in: -1...1, using: &dice)) } }
    }
    let values = try Self.matched(pair(noisy(), noisy())).confidence.values.samples
    let believed = values.lazy.filter { $0 >= 0.1 }.count
    #expect(believed * 10 <= values.count, "\(believed) of \(values.count)")
  }

  @Test func whatBothImagesShowIsTrusted() throws {
    let result = try Self.matched(shiftedPair(Self.size.width, Self.size.height, by: 9))
    for y in 8..<Self.size.height - 8 {
      for x in 24..<Self.size.width - 8 {
        #expect(abs(result.left.disparities[y, x] - 9) < 0.5)
        #expect(result.confidence.values[y, x] > 0.7, "(\(y), \(x))")
      }
    }
    // The right image does not see the first nine columns.
    for y in 8..<Self.size.height - 8 { #expect(result.confidence.values[y, 2] < 0.3) }
  }

  @Test func threadsChangeNothing() throws {
    let one = try Self.matched(shiftedPair(133, 57, by: 5), threads: 1).confidence.values.samples
    #expect(try Self.matched(shiftedPair(133, 57, by: 5), threads: 3).confidence.values.samples.bits == one.bits)
  }

  @Test func threePixels() {
    #expect(ConfidenceMap.withinThreePixels(1) == 1)
    #expect(abs(ConfidenceMap.withinThreePixels(0.5) - 0.8) < 1e-6)
    #expect(abs(ConfidenceMap.withinThreePixels(0) - 0.6) < 1e-6)
  }
}
