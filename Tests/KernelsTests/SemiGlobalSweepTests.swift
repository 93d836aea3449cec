import Kernels
import Tensors
import Testing

/// ``SemiGlobalSweep`` against ``PlainSweep``, bit by bit.
@Suite struct SemiGlobalSweepTests {
  /// A texture that a shift of three pixels carries to the right image, with noise.
  static func pair(width: Int, height: Int, seed: UInt32) -> (left: [UInt8], right: [UInt8]) {
    var state = seed
    func next() -> Int {
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 24)
    }
    let left = (0..<width * height).map { _ in UInt8(next()) }
    let right = left.indices.map { i -> UInt8 in
      i % width + 3 < width ? UInt8(min(255, Int(left[i + 3]) + next() % 3)) : UInt8(next())
    }
    return (left, right)
  }

  static func settings(_ paths: SweepSettings.Paths, bits: Int) -> SweepSettings {
    var pattern: [SweepSettings.CensusPair] = []
    for k in 0..<32 {
      let (dy, dx) = (Int8(k % 7 - 3), Int8(k % 9 - 4))
      pattern.append(SweepSettings.CensusPair((dy, dx), k % 3 == 0 ? (0, 0) : (-dy, -dx)))
    }
    if bits == 64 { pattern += pattern.map { SweepSettings.CensusPair($0.second, (1, 8)) } }
    return SweepSettings(
      pattern: pattern, paths: paths, p1: 5, p2: SweepSettings.adaptive(p2: 40, halving: 20, floor: 9), settlingRows: 2,
      bandRows: 2)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let width: Int, height: Int, range: Range<Int>
    var testDescription: String { "\(width)×\(height), \(range)" }
  }

  static let cases = [
    Case(width: 1, height: 1, range: 0..<1), Case(width: 1, height: 9, range: 0..<5),
    Case(width: 17, height: 1, range: 0..<9),
    Case(width: 33, height: 7, range: 0..<16), Case(width: 40, height: 6, range: -5..<12),
    Case(width: 9, height: 5, range: 3..<40), Case(width: 12, height: 4, range: -50..<(-20)),
    Case(width: 21, height: 5, range: 0..<70), Case(width: 24, height: 3, range: -7..<93),
    Case(width: 37, height: 3, range: 0..<128), Case(width: 30, height: 2, range: -20..<290),
  ]

  @Test(arguments: cases, SweepSettings.Paths.allCases)
  func equalsThePlainSweep(_ c: Case, _ paths: SweepSettings.Paths) {
    for bits in [32, 64] {
      let settings = Self.settings(paths, bits: bits)
      let samples = Self.pair(width: c.width, height: c.height, seed: UInt32(c.width * 31 + bits))
      let left = Plane(width: c.width, height: c.height, samples: samples.left)
      let right = Plane(width: c.width, height: c.height, samples: samples.right)
      let sweep = SemiGlobalSweep(settings: settings)
      let plain = PlainSweep(
        settings: settings, left: left, right: right, leastDisparity: c.range.lowerBound, disparities: c.range.count
      ).match(rows: sweep.bandRows(height: c.height))
      for isa in InstructionSet.available {
        for threads in [1, 2, 3] {
          var a = Plane<UInt16>(width: c.width, height: c.height, repeating: 7)
          var b = Plane<UInt16>(width: c.width, height: c.height, repeating: 7)
          var sums = Plane<UInt8>(width: c.width, height: c.height, repeating: 7)
          sweep.match(
            left: left, right: right, leastDisparity: c.range.lowerBound, disparities: c.range.count,
            leftSixteenths: &a,
            rightSixteenths: &b, leastSums: &sums,
            in: ComputeContext(instructionSet: isa, parallel: Parallel(threads: threads)))
          #expect(a.samples == plain.left, "\(isa), \(threads) threads, \(bits) bits")
          #expect(b.samples == plain.right, "\(isa), \(threads) threads, \(bits) bits")
          #expect(sums.samples == plain.sums, "\(isa), \(threads) threads, \(bits) bits")
        }
      }
    }
  }

  @Test(arguments: cases, SweepSettings.Paths.allCases)
  func allSumsEqualThePlainSweeps(_ c: Case, _ paths: SweepSettings.Paths) {
    let settings = Self.settings(paths, bits: 32)
    let samples = Self.pair(width: c.width, height: c.height, seed: 3)
    let left = Plane(width: c.width, height: c.height, samples: samples.left)
    let right = Plane(width: c.width, height: c.height, samples: samples.right)
    let sweep = SemiGlobalSweep(settings: settings)
    let plain = PlainSweep(
      settings: settings, left: left, right: right, leastDisparity: c.range.lowerBound, disparities: c.range.count
    ).allSums(rows: sweep.bandRows(height: c.height))
    for isa in InstructionSet.available {
      var a = Plane<UInt16>(width: c.width, height: c.height, repeating: 7)
      var b = Plane<UInt16>(width: c.width, height: c.height, repeating: 7)
      var least = Plane<UInt8>(width: c.width, height: c.height, repeating: 7)
      var sums = [UInt8](repeating: 7, count: c.width * c.height * c.range.count)
      sums.withUnsafeMutableBufferPointer { sums in
        sweep.match(
          left: left, right: right, leastDisparity: c.range.lowerBound, disparities: c.range.count, leftSixteenths: &a,
          rightSixteenths: &b, leastSums: &least, sums: PathSums(sums.baseAddress!),
          in: ComputeContext(instructionSet: isa, parallel: Parallel(threads: 2)))
      }
      #expect(sums == plain, "\(isa)")
    }
  }

  /// A constant shift is found at every pixel whose partner is in the image.
  @Test func findsAShift() {
    let left = Plane(width: 64, height: 20, samples: Self.pair(width: 64, height: 20, seed: 5).left)
    var right = left.copy()
    for y in 0..<20 { for x in 0..<60 { right[y, x] = left[y, x + 4] } }
    var a = Plane<UInt16>(width: 64, height: 20, repeating: 0)
    var b = Plane<UInt16>(width: 64, height: 20, repeating: 0)
    var sums = Plane<UInt8>(width: 64, height: 20, repeating: 0)
    SemiGlobalSweep(settings: Self.settings(.three, bits: 32)).match(
      left: left, right: right, leastDisparity: -2, disparities: 16, leftSixteenths: &a, rightSixteenths: &b,
      leastSums: &sums, in: ComputeContext(parallel: .serial))
    for y in 0..<20 {
      for x in 8..<56 { #expect((Int(a[y, x]) + 8) / 16 == 6) }
      for x in 8..<52 { #expect(b[y, x] == 16 * 6) }
    }
  }
}
