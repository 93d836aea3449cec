import Kernels
import Tensors
import Testing

@Suite struct RemappingTests {
  /// Numbers of a linear congruential generator (Knuth, MMIX), the same in every run.
  struct Noise {
    var state: UInt64
    mutating func byte() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    mutating func share() -> Double { Double(byte()) / 256 + Double(byte()) / 65536 }
  }

  static func picture(_ width: Int, _ height: Int, bytes: Int, seed: UInt64) -> Plane<UInt8> {
    var noise = Noise(state: seed)
    return Plane(width: width * bytes, height: height, samples: (0..<width * bytes * height).map { _ in noise.byte() })
  }

  static func areEqual(_ a: borrowing Plane<UInt8>, _ b: borrowing Plane<UInt8>) -> Bool {
    guard a.width == b.width, a.height == b.height else { return false }
    for y in 0..<a.height { for x in 0..<a.width where a[y, x] != b[y, x] { return false } }
    return true
  }

  /// Scattered places, some outside; every kind of sample, instruction set and number of threads has the reference's bits.
  @Test(arguments: [1, 3, 4], [1, 2]) func kernelsAreTheReference(channels: Int, sampleBytes: Int) {
    // 131: two whole blocks and a rest.
    let (width, height) = (131, 9)
    for (fine, interpolation) in [(1, Remapping.Interpolation.bilinear), (1, .bicubic), (3, .bilinear)] {
      for (sourceWidth, sourceHeight) in [(40, 30), (2, 2), (300, 7)] {
        var noise = Noise(state: UInt64(channels * 10 + fine))
        let table = RemapTable(
          width: width, height: height, sourceWidth: sourceWidth, sourceHeight: sourceHeight, fine: fine
        ) { _, _ in
          let place = (
            x: noise.share() * Double(sourceWidth + 1) - 1, y: noise.share() * Double(sourceHeight + 1) - 1
          )
          return noise.byte() < 10 ? nil : place
        }
        let source = Self.picture(sourceWidth, sourceHeight, bytes: channels * sampleBytes, seed: 5)
        let expected = ReferenceRemapping.remap(
          source, by: table, channels: channels, sampleBytes: sampleBytes, interpolation)
        for instructionSet in InstructionSet.available {
          for threads in [1, 3] {
            var found = Plane<UInt8>(width: width * channels * sampleBytes, height: height, repeating: 77)
            let context = ComputeContext(instructionSet: instructionSet, parallel: Parallel(threads: threads))
            Remapping.remap(
              source, by: table, channels: channels, sampleBytes: sampleBytes, interpolation, into: &found, in: context)
            let areEqual = Self.areEqual(found, expected)
            #expect(areEqual, "\(instructionSet), \(threads), fine \(fine), \(interpolation)")
          }
        }
      }
    }
  }

  /// A slope stays a slope: between samples lies what is linearly between them, and by Keys' cubic, too.
  @Test func slopesAreKept() {
    var source = Plane<UInt8>(width: 30, height: 20, repeating: 0)
    for y in 0..<20 { for x in 0..<30 { source[y, x] = UInt8(5 * x + 3 * y) } }
    let table = RemapTable(width: 24, height: 14, sourceWidth: 30, sourceHeight: 20) { x, y in
      (Double(x) + 2.25, Double(y) + 2.5)
    }
    for interpolation in [Remapping.Interpolation.bilinear, .bicubic] {
      var found = Plane<UInt8>(width: 24, height: 14, repeating: 0)
      Remapping.remap(
        source, by: table, channels: 1, sampleBytes: 1, interpolation, into: &found, in: ComputeContext())
      for y in 0..<14 {
        for x in 0..<24 {
          // 5 · 2.25 + 3 · 2.5 = 18.75
          #expect(found[y, x] == UInt8(5 * x + 3 * y + 19), "\(interpolation) (\(x), \(y))")
        }
      }
    }
  }

  @Test func whatIsOutsideIsMasked() {
    let table = RemapTable(width: 5, height: 1, sourceWidth: 3, sourceHeight: 2) { x, _ in
      x == 4 ? nil : (Double(x) - 0.5, 1)
    }
    let mask = table.mask()
    // −0.5 is outside, 0.5, 1.5 inside, 2.5 outside, nowhere.
    #expect((0..<5).map { mask[0, $0] } == [0, 255, 255, 0, 0])
    let exact = RemapTable(width: 3, height: 2, sourceWidth: 3, sourceHeight: 2) { x, y in
      (Double(x) + 1e-9, Double(y) - 1e-9)
    }
    let whole = exact.mask()
    for y in 0..<2 { for x in 0..<3 { #expect(whole[y, x] == 255) } }
  }
}
