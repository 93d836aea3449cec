import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct ZNCCTests {
  @Test func gainAndOffsetDoNotMatter() {
    let left = noise(7, 5, seed: 2, upTo: 80)
    let costs = ZNCC(radius: 1).costs(
      of: pair(left, left.map { $0.map { 3 * $0 + 10 } }), over: DisparityRange(0..<1), in: context)
    for cost in costs.costs.samples { #expect(abs(cost) < 1e-6) }
  }

  @Test func invertedImagesHaveCostTwo() {
    let left = noise(7, 5, seed: 2)
    let costs = ZNCC(radius: 2).costs(
      of: pair(left, left.map { $0.map { 255 - $0 } }), over: DisparityRange(0..<1), in: context)
    for cost in costs.costs.samples { #expect(abs(cost - 2) < 1e-6) }
  }

  @Test func noTextureCorrelatesWithNothing() {
    let flat = [[UInt8]](repeating: [7, 7, 7], count: 3)
    let costs = ZNCC(radius: 1).costs(of: pair(flat, noise(3, 3, seed: 4)), over: DisparityRange(-1..<2), in: context)
    for cost in costs.costs.samples where !cost.isNaN { #expect(cost == 1) }
  }

  @Test(arguments: [1, 2, 4]) func agreesWithTheFormula(radius: Int) {
    let pair = noisePair(9, 6, seed: 8, upTo: 20)
    let costs = ZNCC(radius: radius).costs(of: pair, over: DisparityRange(-3..<12), in: context)
    for y in 0..<6 {
      for x in 0..<9 {
        for k in 0..<15 {
          let expected = Self.byFormula(pair, y, x, x - (k - 3), radius)
          let found = costs.costs[y, x, k]
          #expect(expected.isNaN ? found.isNaN : abs(found - expected) < 1e-5, "(\(y), \(x), \(k - 3))")
        }
      }
    }
  }

  static func byFormula(_ pair: borrowing RectifiedPair, _ y: Int, _ x: Int, _ partner: Int, _ radius: Int) -> Float {
    guard partner >= 0, partner < pair.width else { return .nan }
    var (left, right): ([Double], [Double]) = ([], [])
    for j in -radius...radius {
      for i in -radius...radius {
        let v = min(max(y + j, 0), pair.height - 1)
        left.append(Double(pair.leftGray[v, min(max(x + i, 0), pair.width - 1)]))
        right.append(Double(pair.rightGray[v, min(max(partner + i, 0), pair.width - 1)]))
      }
    }
    let (a, b) = (left.reduce(0, +) / Double(left.count), right.reduce(0, +) / Double(right.count))
    let covariance = zip(left, right).map { ($0 - a) * ($1 - b) }.reduce(0, +)
    let variances = left.map { ($0 - a) * ($0 - a) }.reduce(0, +) * right.map { ($0 - b) * ($0 - b) }.reduce(0, +)
    return variances > 0 ? Float(1 - covariance / variances.squareRoot()) : 1
  }
}
