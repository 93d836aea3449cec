import StereoCore
import StereoMatching
import Tensors

/// Semi-global matching straight from its definition: every path cost by recursion from the one before, in `Double`.
struct PathRecursion: ~Copyable {
  let penalties: PathPenalties
  let costs: [Float]
  let range: Range<Int>
  let reference: ReferenceView
  let own: Plane<UInt8>
  let other: Plane<UInt8>

  init(
    _ penalties: PathPenalties, costs: [Float], _ range: Range<Int>, _ reference: ReferenceView,
    _ pair: borrowing RectifiedPair
  ) {
    self.penalties = penalties
    self.costs = costs
    self.range = range
    self.reference = reference
    own = reference == .left ? pair.leftGray.copy() : pair.rightGray.copy()
    other = reference == .left ? pair.rightGray.copy() : pair.leftGray.copy()
  }

  /// The mean over 3, 4 or 8 directions.
  func mean(over paths: Int) -> [Float] {
    var directions = [(1, 0), (-1, 0), (0, 1), (0, -1)]
    if paths == 3 { directions.removeLast() }
    if paths == 8 { directions += [(1, 1), (-1, 1), (1, -1), (-1, -1)] }
    var sums = [Double](repeating: 0, count: costs.count)
    for (dx, dy) in directions {
      var known: [Int: [Double]] = [:]
      for y in 0..<own.height {
        for x in 0..<own.width {
          for (k, value) in path(y, x, dx, dy, &known).enumerated() { sums[index(y, x) + k] += value }
        }
      }
    }
    return sums.map { Float($0 / Double(paths)) }
  }

  private func index(_ y: Int, _ x: Int) -> Int { (y * own.width + x) * range.count }

  /// L(p, ·), NaN where there is no cost.
  private func path(_ y: Int, _ x: Int, _ dx: Int, _ dy: Int, _ known: inout [Int: [Double]]) -> [Double] {
    if let found = known[index(y, x)] { return found }
    let (v, u) = (y - dy, x - dx)
    let costs = (0..<range.count).map { Double(self.costs[index(y, x) + $0]) }
    var result = costs
    if v >= 0, v < own.height, u >= 0, u < own.width {
      let before = path(v, u, dx, dy, &known)
      if let least = before.filter({ !$0.isNaN }).min() {
        for k in 0..<range.count {
          let (below, above, jump) = steps(y, x, dx, dy, range.lowerBound + k)
          var choices = [least + jump, before[k]]
          if k > 0 { choices.append(before[k - 1] + below) }
          if k + 1 < range.count { choices.append(before[k + 1] + above) }
          result[k] = costs[k] + choices.filter { !$0.isNaN }.min()! - least
        }
      }
    }
    known[index(y, x)] = result
    return result
  }

  /// Penalties for coming from d − 1, from d + 1, and from anywhere.
  private func steps(_ y: Int, _ x: Int, _ dx: Int, _ dy: Int, _ d: Int) -> (Double, Double, Double) {
    let change = abs(Double(own[y, x]) - Double(own[y - dy, x - dx]))
    switch penalties {
    case .constant(let p1, let p2): return (Double(p1), Double(p1), Double(p2))
    case .gradientAdaptive(let p1, let p2, let floor):
      return (Double(p1), Double(p1), max(Double(p2) / max(change, 1), Double(floor), Double(p1)))
    case .byDifference(let p1, let p2): return (Double(p1), Double(p1), Double(max(p2[Int(change)], p1)))
    case .contrastClasses(let rule):
      let partner = reference.partner(of: x, at: d)
      let inside = (0..<own.width).contains(partner) && (0..<own.width).contains(partner - dx)
      let otherChange = inside ? abs(Double(other[y, partner]) - Double(other[y - dy, partner - dx])) : .infinity
      let (first, second) = (change / Self.deviation(own), inside ? otherChange / Self.deviation(other) : 10)
      let threshold = Double(rule.threshold)
      let divisor: Float =
        first < threshold && second < threshold
        ? 1 : first > threshold && second > threshold ? rule.q1 * rule.q2 : rule.q1
      var (below, above) = (Double(rule.p1 / divisor), Double(rule.p1 / divisor))
      if dy > 0 { below /= Double(rule.verticalDivisor) }
      if dy < 0 { above /= Double(rule.verticalDivisor) }
      return (below, above, Double(rule.p2 / divisor))
    }
  }

  private static func deviation(_ image: borrowing Plane<UInt8>) -> Double {
    let values = image.samples.map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
    return values.count > 1 && squares > 0 ? (squares / Double(values.count - 1)).squareRoot() : .infinity
  }
}
