import Kernels
import Tensors
import Testing

@Suite struct FixedPointDisparitiesTests {
  static let hole = noSixteenths

  static func map(width: Int, height: Int, seed: UInt32) -> Plane<UInt16> {
    var state = seed
    var result = Plane<UInt16>(width: width, height: height, repeating: 0)
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 1_664_525 &+ 1_013_904_223
        result[y, x] = state >> 29 == 0 ? hole : UInt16(state >> 20 & 255)
      }
    }
    return result
  }

  /// The median by sorting, holes and outside counting as the centre.
  @Test(arguments: [(1, 1), (4, 3), (5, 5), (19, 8), (20, 5), (40, 33), (700, 7)], [0, 1])
  func medianEqualsSorting(_ size: (width: Int, height: Int), rareHoles: Int) {
    var map = Self.map(width: size.width, height: size.height, seed: 3)
    // Without holes but a few in the middle, so that windows with and without them meet.
    if rareHoles == 1 {
      for y in 0..<size.height {
        for x in 0..<size.width where map[y, x] == Self.hole && !(200..<220).contains(x) { map[y, x] = 77 }
      }
    }
    var expected: [UInt16] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        let values = (0..<25).map { i -> UInt16 in
          let (v, u) = (y + i / 5 - 2, x + i % 5 - 2)
          guard v >= 0, v < size.height, u >= 0, u < size.width, map[v, u] != Self.hole else { return map[y, x] }
          return map[v, u]
        }
        expected.append(values.sorted()[12])
      }
    }
    for isa in InstructionSet.available {
      for threads in [1, 2, 3] {
        var result = Plane<UInt16>(width: size.width, height: size.height, repeating: 1)
        FixedPointDisparities.median5(
          map, into: &result, in: ComputeContext(instructionSet: isa, parallel: Parallel(threads: threads)))
        #expect(result.samples == expected, "\(isa), \(threads) threads")
      }
    }
  }

  /// Patches by flooding from every pixel.
  @Test func specklesEqualFlooding() {
    let (width, height, size) = (50, 40, 6)
    let source = Self.map(width: width, height: height, seed: 9).samples
    var expected = source
    for start in source.indices where source[start] != Self.hole {
      var (patch, queue) = (Set([start]), [start])
      while let at = queue.popLast() {
        let neighbours = [at - width, at + width, at % width > 0 ? at - 1 : -1, at % width < width - 1 ? at + 1 : -1]
        for next in neighbours where source.indices.contains(next) && source[next] != Self.hole {
          if abs(Int(source[next]) - Int(source[at])) <= 60 && patch.insert(next).inserted { queue.append(next) }
        }
      }
      if patch.count <= size { expected[start] = Self.hole }
    }
    for threads in [1, 2, 3] {
      var cleaned = Plane<UInt16>(width: width, height: height, samples: source)
      var labels = Plane<UInt8>(width: width, height: height, repeating: 1)
      var scratch = Plane<UInt8>(
        width: FixedPointDisparities.speckleScratchBytes(width: width, height: height), height: 1, repeating: 0)
      FixedPointDisparities.removeSpeckles(
        from: &cleaned, size: size, difference: 60, labels: &labels, scratch: &scratch,
        in: ComputeContext(parallel: Parallel(threads: threads)))
      #expect(cleaned.samples == expected, "\(threads) threads")
      #expect(labels.samples == zip(source, expected).map { $0 == $1 ? 1 : 17 }, "\(threads) threads")
    }
    #expect(expected.contains(Self.hole) && expected != source)
  }

  /// The labels by trying every index of every pixel.
  @Test(arguments: [(-3, 9), (0, 1), (2, 30)], [false, true])
  func checkEqualsTryingEveryIndex(_ range: (least: Int, count: Int), isRight: Bool) {
    let (width, tolerance) = (23, 20)
    var state: UInt32 = 5
    func row() -> [UInt16] {
      (0..<width).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return state >> 29 == 0 ? Self.hole : UInt16(Int(state >> 8) % (16 * (range.count - 1) + 1))
      }
    }
    for _ in 0..<50 {
      let (own, other) = (row(), row())
      var (expected, kept): ([UInt8], [UInt16]) = ([], [])
      for x in 0..<width {
        func partner(_ k: Int) -> UInt16? {
          let at = isRight ? x + range.least + k : x - range.least - k
          return (0..<width).contains(at) ? other[at] : nil
        }
        let known = own[x] != Self.hole, k = (Int(own[x]) + 8) / 16
        var label: UInt8 = known && (k == 0 || k == range.count - 1) ? 32 : 0
        var value = Self.hole
        if !known || partner(k) == nil {
          label |= 4
        } else if let there = partner(k), there != Self.hole, abs(Int(there) - Int(own[x])) <= tolerance {
          value = own[x]
        } else {
          let mismatch = (0..<range.count).contains { index in
            guard let there = partner(index), there != Self.hole else { return false }
            return abs((Int(there) + 8) / 16 - index) <= 1
          }
          label |= mismatch ? 2 : 1
        }
        expected.append(label)
        kept.append(value)
      }
      var checked = Plane<UInt16>(width: width, height: 1, repeating: 0)
      var labels = Plane<UInt8>(width: width, height: 1, repeating: 9)
      FixedPointDisparities.check(
        Plane(width: width, height: 1, samples: own), against: Plane(width: width, height: 1, samples: other),
        isRight: isRight, leastDisparity: range.least, disparities: range.count, tolerance: tolerance,
        checked: &checked, labels: &labels, in: ComputeContext(parallel: .serial))
      #expect(labels.samples == expected)
      #expect(checked.samples == kept)
    }
  }

  /// A pencil's example: range −1 ..< 3, so index k of left x has its partner at x + 1 − k.
  @Test func checkTellsOcclusionsFromMismatches() {
    let left = Plane<UInt16>(width: 5, height: 1, samples: [16, 16, 40, 16, 0])
    let right = Plane<UInt16>(width: 5, height: 1, samples: [16, 16, Self.hole, 48, 32])
    var checked = Plane<UInt16>(width: 5, height: 1, repeating: 0)
    var labels = Plane<UInt8>(width: 5, height: 1, repeating: 0)
    FixedPointDisparities.check(
      left, against: right, isRight: false, leastDisparity: -1, disparities: 4, tolerance: 16, checked: &checked,
      labels: &labels, in: ComputeContext(parallel: .serial))
    // x = 0, 1: partner 0, 1 says 16. x = 2: k = 3, partner 0 says 16, 24 sixteenths off; k = 1 (partner 2) is a hole,
    // k = 2 (partner 1) says 1: mismatch. x = 3: partner 3 says 48; k = 2 has a hole, k = 3 has partner 1, which says 1;
    // k = 0 has partner 4, which says 2: occlusion. x = 4: k = 0, partner 5 is outside; index 0 is the range's border.
    #expect(checked.samples == [16, 16, Self.hole, Self.hole, Self.hole])
    #expect(labels.samples == [0, 0, 2 | 32, 1, 4 | 32])
  }

  @Test func fillTakesTheBackground() {
    let h = Self.hole
    var map = Plane<UInt16>(width: 5, height: 4, samples: [h, h, h, h, h, h, 9, h, 4, h, 7, h, h, 8, 8, h, h, h, h, h])
    var labels = Plane<UInt8>(width: 5, height: 4, repeating: 0)
    FixedPointDisparities.fill(&map, labels: &labels, in: ComputeContext(parallel: .serial))
    #expect(map.samples == [9, 9, 4, 4, 4, 9, 9, 4, 4, 4, 7, 7, 7, 8, 8, 7, 7, 7, 8, 8])
    #expect(labels.samples.map { $0 / 64 } == [1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1])
  }

  @Test func doubtfulPixelsAreLabelledOrErased() {
    var map = Plane<UInt16>(width: 4, height: 1, samples: [5, Self.hole, 6, 7])
    var labels = Plane<UInt8>(width: 4, height: 1, samples: [1, 1, 32, 2])
    FixedPointDisparities.label(3, with: 64, labels: &labels, over: map, in: ComputeContext(parallel: .serial))
    #expect(labels.samples == [65, 1, 32, 66])
    FixedPointDisparities.erase(2, of: &labels, from: &map, in: ComputeContext(parallel: .serial))
    #expect(map.samples == [5, Self.hole, 6, Self.hole])
  }

  @Test func presentAndConfidence() {
    let map = Plane<UInt16>(width: 3, height: 1, samples: [8, Self.hole, 32])
    var disparities = Plane<Float>(width: 3, height: 1, repeating: 0)
    FixedPointDisparities.present(map, leastDisparity: -2, into: &disparities, in: ComputeContext(parallel: .serial))
    #expect(disparities[0, 0] == -1.5 && disparities[0, 1].isNaN && disparities[0, 2] == 0)
    var labels = Plane<UInt8>(width: 3, height: 1, samples: [0, 1, 32])
    var confidence = Plane<Float>(width: 3, height: 1, repeating: 0)
    FixedPointDisparities.confidence(
      ofSums: Plane<UInt8>(width: 3, height: 1, samples: [3, 4, 5]), labels: &labels, doubts: 7,
      values: (0...256).map(Float.init), into: &confidence, in: ComputeContext(parallel: .serial))
    #expect(confidence.samples == [3, 256, 5])
  }
}
