import Dispatch
import Kernels
import StereoCore
import StereoMatching
import Synchronization
import Tensors
import Testing

@Suite struct SweepEngineTests {
  static let settings: [SweepSettings] = [.realtime, .balanced, .quality]
  static let doubts: Validity = [.occlusion, .mismatch, .outOfView, .speckle]

  /// Bits of everything that matching `pair` gives.
  static func bits(
    of pair: borrowing RectifiedPair, _ settings: SweepSettings, _ range: DisparityRange,
    options: MatchingOptions = MatchingOptions()
  ) throws -> [UInt32] {
    let matcher = try SweepRecipe(settings).engine(over: range, options: options)
    var result = StereoResult(size: pair.size, range: range)
    try matcher.match(pair, into: &result, progress: RunProgress())
    return bits(of: result)
  }

  static func bits(of result: borrowing StereoResult) -> [UInt32] {
    result.left.disparities.samples.bits + result.right.disparities.samples.bits
      + result.confidence.values.samples.bits + result.left.validity.samples.map { UInt32($0.rawValue) }
  }

  /// A shifted scene with a patch of another disparity and noise, so that every check finds something.
  static func brokenPair(_ width: Int, _ height: Int) -> RectifiedPair {
    var left = noise(width, height, seed: 5)
    var right = left.map { Array($0[6...]) + $0[..<6] }
    let other = noise(width, height, seed: 6)
    for y in 20..<40 {
      for x in 60..<90 { right[y][x] = left[y][x + 14] }
      for x in 100..<110 { left[y][x] = other[y][x] }
    }
    return pair(left, right)
  }

  /// Where a check failed there is no matched disparity: filled and labelled so, or none.
  @Test(arguments: [true, false]) func theLabelsTellWhatWasMatched(fill: Bool) throws {
    let range = DisparityRange(0..<32)
    for settings in Self.settings {
      let matcher = try SweepRecipe(settings, fills: fill).engine(over: range)
      var result = StereoResult(size: PixelSize(width: 150, height: 60), range: range)
      try matcher.match(Self.brokenPair(150, 60), into: &result, progress: RunProgress())
      var doubtful = 0
      for y in 0..<60 {
        for x in 0..<150 {
          let (disparity, label) = (result.left.disparities[y, x], result.left.validity[y, x])
          let isDoubtful = !label.isDisjoint(with: Self.doubts)
          doubtful += isDoubtful ? 1 : 0
          #expect(disparity.isNaN == (isDoubtful && !fill), "(\(y), \(x)): \(disparity), \(label)")
          #expect(label.contains(.filled) == (isDoubtful && fill), "(\(y), \(x)): \(disparity), \(label)")
        }
      }
      #expect(doubtful > 100)
    }
  }

  @Test func everySizeAndRange() throws {
    for settings in Self.settings {
      for (width, height, range) in awkwardCases {
        let matcher = try SweepRecipe(settings).engine(over: DisparityRange(range))
        var result = StereoResult(size: PixelSize(width: 1, height: 1), range: matcher.range)
        try matcher.match(noisePair(width, height), into: &result, progress: RunProgress())
        #expect(result.size == PixelSize(width: width, height: height))
        for value in result.left.disparities.samples + result.right.disparities.samples where !value.isNaN {
          #expect(value >= Float(range.lowerBound) - 0.5 && value <= Float(range.upperBound) - 0.5)
        }
      }
    }
  }

  /// A camera's frame with more bytes a row than pixels, read where it lies, in every format.
  @Test(arguments: PixelFormat.allCases) func framesInTheCallersMemory(format: PixelFormat) throws {
    let (width, height, rowBytes) = (60, 24, 60 * format.bytesPerPixel + 37)
    var scene = noise(width + 8, height, seed: 3)
    // Both images have white, to which 16 bits are scaled.
    scene[0][20] = 255
    let rows = scene
    func frame(_ shift: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0xEE, count: rowBytes * height)
      for y in 0..<height {
        for x in 0..<width {
          for c in 0..<format.bytesPerPixel {
            // Gray in every channel; 16 bits are 257 times the 8 bits.
            bytes[y * rowBytes + x * format.bytesPerPixel + c] = rows[y][x + shift]
          }
        }
      }
      return bytes
    }
    let range = DisparityRange(-2..<14)
    let plain = pair(scene.map { Array($0[..<width]) }, scene.map { Array($0[5..<(width + 5)]) })
    let expected = try Self.bits(of: plain, .realtime, range)
    let found = try frame(0).withUnsafeBytes { left in
      try frame(5).withUnsafeBytes { right in
        let pair = try RectifiedPair(
          left: Image(
            unsafelyBorrowing: left.baseAddress!, format: format, width: width, height: height, rowBytes: rowBytes),
          right: Image(
            unsafelyBorrowing: right.baseAddress!, format: format, width: width, height: height, rowBytes: rowBytes))
        if format == .gray8 { #expect(pair.leftGray.rowStride == rowBytes) }
        return try Self.bits(of: pair, .realtime, range)
      }
    }
    #expect(found == expected)
  }

  /// A matcher that has seen other sizes and pairs gives what a new one gives.
  @Test func framesLeaveNothingBehind() throws {
    let range = DisparityRange(0..<20)
    let matcher = try SweepRecipe(.balanced).engine(over: range)
    var result = StereoResult(size: PixelSize(width: 90, height: 40), range: range)
    try matcher.match(noisePair(90, 40), into: &result, progress: RunProgress())
    try matcher.match(noisePair(30, 70), into: &result, progress: RunProgress())
    try matcher.match(shiftedPair(90, 40, by: 7), into: &result, progress: RunProgress())
    #expect(try Self.bits(of: result) == Self.bits(of: shiftedPair(90, 40, by: 7), .balanced, range))
  }

  /// Several threads with a matcher each, and every number of threads in each: the same bits.
  @Test func severalThreadsWithAMatcherEach() throws {
    let range = DisparityRange(-3..<20)
    let expected = try Self.bits(of: shiftedPair(120, 50, by: 7), .quality, range)
    let equal = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: 6) { i in
      let options = MatchingOptions(parallel: Parallel(threads: 1 + i % 3))
      for _ in 0..<3 {
        let found = try? Self.bits(of: shiftedPair(120, 50, by: 7), .quality, range, options: options)
        equal.withLock { $0 += found == expected ? 1 : 0 }
      }
    }
    #expect(equal.withLock { $0 } == 18)
  }

  /// The same recipe step by step in floats: nearly the same disparities wherever partners are inside.
  @Test func theTaxonomysStepsAreTheSame() throws {
    let range = DisparityRange(-2..<20)
    for settings in [SweepSettings.realtime, .quality] {
      let recipe = SweepRecipe(settings).pipeline
      let engine = recipe.engine(over: range)
      #expect(engine is SweepEngine)
      let pair = Self.brokenPair(150, 60)
      var swept = StereoResult(size: pair.size, range: range)
      var plain = StereoResult(size: pair.size, range: range)
      try engine.match(pair, into: &swept, progress: RunProgress())
      try FloatEngine(recipe, range: range).match(pair, into: &plain, progress: RunProgress())
      var (same, close) = (0, 0)
      for y in 4..<56 {
        for x in 30..<130 {
          let difference = abs(swept.left.disparities[y, x] - plain.left.disparities[y, x])
          if difference < 1 { same += 1 }
          if abs(swept.confidence.values[y, x] - plain.confidence.values[y, x]) < 0.05 { close += 1 }
        }
      }
      #expect(same >= 52 * 100 * 95 / 100, "\(same)")
      #expect(close >= 52 * 100 * 80 / 100, "\(close)")
    }
  }

  @Test func onlyItsOwnRecipesAreSwept() {
    let range = DisparityRange(0..<16)
    var recipes = [MatchingPipeline](repeating: SweepRecipe(.balanced, fills: false).pipeline, count: 6)
    recipes[0].precision = .bytes
    recipes[1].cost = Census()
    recipes[2].refinements.removeLast()
    recipes[3].aggregations = [BoxWindow(horizontalRadius: 1, verticalRadius: 1)]
    recipes[4].optimisation = SemiGlobalMatching(penalties: .constant(p1: 3, p2: 30))
    for recipe in recipes[..<5] { #expect(recipe.choice(over: range).engine == "floats") }
    #expect(recipes[5].choice(over: range).engine == "sweep")
    #expect(recipes[5].choice(over: DisparityRange(0..<5000)).engine == "floats")
    #expect(throws: StereoError.self) { try SweepRecipe(.balanced).engine(over: DisparityRange(0..<5000)) }
  }

  /// A run that is no longer wanted ends between bands of rows.
  @Test func itEndsWithinASweep() throws {
    let range = DisparityRange(0..<64)
    let pair = noisePair(64, 400)
    let asked = Mutex(0)
    let watched = ComputeContext(
      parallel: .serial,
      isCancelled: {
        asked.withLock {
          $0 += 1
          return $0 > 1
        }
      })
    let engine = try SweepRecipe(.balanced).engine(over: range)
    var result = StereoResult(size: pair.size, range: range)
    #expect(throws: StereoError.cancelled) {
      try engine.match(pair, into: &result, in: watched, sums: nil)
    }
    // Once before the first band, once for each that is left out, once after the sweep.
    let bands = (400 + 95) / 96 + 1
    #expect(asked.withLock { $0 } <= bands + 2)
  }
}
