import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct CrossBasedTests {
  @Test func armsStopAtEdgesAndAtTheLimit() {
    // One row; costs 1, 2, 4, …: the mean over an arm tells its ends. A uniform right image does not shorten them.
    let rows: [[UInt8]] = [[10, 10, 10, 90, 12, 11, 11, 11]]
    let flat = [[UInt8](repeating: 0, count: 8)]
    let costs = volume(width: 8, height: 1, 0..<1, [1, 2, 4, 8, 16, 32, 64, 128])
    let mean = CrossBased(armLimit: 4, threshold: 5, iterations: 1).aggregate(
      costs, guide: pair(rows, flat), in: context)
    // x = 0: 1, 2 within, 90 stops. x = 2: the next pixel, 90, always belongs; the one behind it is like the centre
    // and belongs, too; so does the third.
    #expect(mean.costs[0, 0, 0] == Float(1 + 2 + 4) / 3)
    #expect(mean.costs[0, 2, 0] == Float(1 + 2 + 4 + 8 + 16 + 32) / 6)
    // x = 3: nothing is like 90; its two neighbours belong all the same.
    #expect(mean.costs[0, 3, 0] == Float(4 + 8 + 16) / 3)
    // x = 7: three pixels at most (the limit 4 is not reached itself).
    #expect(mean.costs[0, 7, 0] == Float(16 + 32 + 64 + 128) / 4)
  }

  @Test func thresholdInStandardDeviations() {
    // Intensities 0, 0, 20, 20 deviate by 20/√3 ≈ 11.5 (with n − 1): a step of 20 is 1.73 of them.
    let rows: [[UInt8]] = [[0, 0, 20, 20]]
    func mean(_ threshold: Float) -> Float {
      CrossBased(armLimit: 9, threshold: threshold, unit: .standardDeviations, iterations: 1)
        .aggregate(volume(width: 4, height: 1, 0..<1, [1, 2, 4, 8]), guide: pair(rows, rows), in: context).costs[
          0, 0, 0]
    }
    #expect(mean(1.7) == 1.5)
    #expect(mean(1.8) == 3.75)
  }

  @Test func uniformCostsStay() {
    let costs = volume(width: 6, height: 5, 0..<1, [Float](repeating: 7, count: 30))
    let mean = CrossBased(armLimit: 5, threshold: 60, iterations: 3).aggregate(
      costs, guide: noisePair(6, 5), in: context)
    #expect(mean.costs.samples == [Float](repeating: 7, count: 30))
  }

  @Test(arguments: [ReferenceView.left, .right]) func agreesWithTheDefinition(reference: ReferenceView) {
    for (width, height, range) in awkwardCases {
      for limit in [0, 2, 4, 30] {
        let guide = noisePair(width, height, seed: 5)
        let costs = noiseVolume(width: width, height: height, range, seed: 4, reference: reference)
        let mean = CrossBased(armLimit: limit, threshold: 90, iterations: 1).aggregate(
          noiseVolume(width: width, height: height, range, seed: 4, reference: reference), guide: guide, in: context)
        for y in 0..<height {
          for x in 0..<width {
            for k in 0..<range.count {
              let expected = Self.mean(costs, guide, y, x, k, limit)
              let found = mean.costs[y, x, k]
              #expect(
                expected.isNaN ? found.isNaN : abs(found - expected) < 1e-5, "\(width)×\(height) \(range) \(limit)")
            }
          }
        }
      }
    }
  }

  /// The mean over the common support, pixel by pixel.
  static func mean(
    _ costs: borrowing CostVolume, _ guide: borrowing RectifiedPair, _ y: Int, _ x: Int, _ k: Int, _ limit: Int
  ) -> Float {
    if costs.costs[y, x, k].isNaN { return .nan }
    let shift = costs.reference.partner(of: x, at: costs.range.lowerBound + k) - x
    func arm(_ y: Int, _ x: Int, _ dy: Int, _ dx: Int) -> Int {
      let left = length(guide.leftGray, y, costs.reference == .left ? x : x + shift, dy, dx, limit)
      return min(left, length(guide.rightGray, y, costs.reference == .left ? x + shift : x, dy, dx, limit))
    }
    var (sum, number) = (0.0, 0.0)
    for v in (y - arm(y, x, -1, 0))...(y + arm(y, x, 1, 0)) {
      for u in (x - arm(v, x, 0, -1))...(x + arm(v, x, 0, 1)) where !costs.costs[v, u, k].isNaN {
        sum += Double(costs.costs[v, u, k])
        number += 1
      }
    }
    return Float(sum / number)
  }

  static func length(_ image: borrowing Plane<UInt8>, _ y: Int, _ x: Int, _ dy: Int, _ dx: Int, _ limit: Int) -> Int {
    var distance = 1
    while true {
      let (v, u) = (y + dy * distance, x + dx * distance)
      if v < 0 || v >= image.height || u < 0 || u >= image.width { break }
      if distance > 1 && (abs(Int(image[v, u]) - Int(image[y, x])) >= 90 || distance >= limit) { break }
      distance += 1
    }
    return distance - 1
  }

  @Test func threadsDoNotMatter() {
    let all = [1, 2, 3].map { threads in
      CrossBased(armLimit: 6, threshold: 50)
        .aggregate(
          noiseVolume(width: 40, height: 33, -4..<30, seed: 9), guide: noisePair(40, 33), in: context(threads: threads)
        ).costs.samples.bits
    }
    #expect(all[0] == all[1] && all[0] == all[2])
  }
}
