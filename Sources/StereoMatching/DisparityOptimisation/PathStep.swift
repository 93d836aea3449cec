import Tensors

/// The recursion of semi-global matching, one step along one path.
///
///     L(p, d) = C(p, d) + min( L(q, d), L(q, d − 1) + P1, L(q, d + 1) + P1, m(q) + P2 ) − m(q),   q = p − r
///     m(q) = min_d L(q, d)
///
/// Path costs of a pixel lie as D + 3 values: +∞, L(p, ·), +∞, m(p); +∞ stands for no cost. Where q is outside the image
/// or has no cost at all (m(q) = +∞) the path begins anew: L(p, d) = C(p, d).
///
/// Source: Hirschmüller, PAMI 2008, eq. 13.
enum PathStep {
  /// Values that the path costs of a pixel with `count` disparities take.
  static func length(_ count: Int) -> Int { count + 3 }

  /// Begins a path: L = C.
  static func begin(_ costs: Span<Float>, into path: inout MutableSpan<Float>, sums: inout MutableSpan<Float>) {
    let count = costs.count
    precondition(path.count == length(count) && sums.count == count)
    var least = Float.infinity
    for k in costs.indices {
      let cost = costs[k]
      sums[k] += cost
      path[k + 1] = cost.isNaN ? .infinity : cost
      least = min(least, path[k + 1])
    }
    finish(&path, least: least)
  }

  /// Goes on with penalties that are the same for all disparities.
  static func advance(
    _ costs: Span<Float>, from previous: Span<Float>, _ step: StepPenalties, into path: inout MutableSpan<Float>,
    sums: inout MutableSpan<Float>
  ) {
    let count = costs.count
    precondition(previous.count == length(count) && path.count == length(count) && sums.count == count)
    let before = previous[count + 2]
    guard before < .infinity else { return begin(costs, into: &path, sums: &sums) }
    let jump = before + step.jump
    for k in costs.indices {
      let near = min(previous[k] + step.fromBelow, previous[k + 2] + step.fromAbove)
      let best = min(min(previous[k + 1], near), jump)
      let value = costs[k] + (best - before)
      sums[k] += value
      path[k + 1] = value.isNaN ? .infinity : value
    }
    finish(&path, least: least(of: path, count))
  }

  /// Goes on with penalties for every disparity.
  static func advance(
    _ costs: Span<Float>, from previous: Span<Float>, _ steps: [StepPenalties], into path: inout MutableSpan<Float>,
    sums: inout MutableSpan<Float>
  ) {
    let count = costs.count
    precondition(previous.count == length(count) && path.count == length(count) && sums.count == count)
    precondition(steps.count == count)
    let before = previous[count + 2]
    guard before < .infinity else { return begin(costs, into: &path, sums: &sums) }
    for k in costs.indices {
      let step = steps[k]
      let near = min(previous[k] + step.fromBelow, previous[k + 2] + step.fromAbove)
      let best = min(min(previous[k + 1], near), before + step.jump)
      let value = costs[k] + (best - before)
      sums[k] += value
      path[k + 1] = value.isNaN ? .infinity : value
    }
    finish(&path, least: least(of: path, count))
  }

  /// min_d L(p, d), with four running minima so that one does not wait for the other.
  private static func least(of path: borrowing MutableSpan<Float>, _ count: Int) -> Float {
    var (a, b, c, d) = (Float.infinity, Float.infinity, Float.infinity, Float.infinity)
    var k = 1
    while k + 3 <= count {
      a = min(a, path[k])
      b = min(b, path[k + 1])
      c = min(c, path[k + 2])
      d = min(d, path[k + 3])
      k += 4
    }
    while k <= count {
      a = min(a, path[k])
      k += 1
    }
    return min(min(a, b), min(c, d))
  }

  private static func finish(_ path: inout MutableSpan<Float>, least: Float) {
    path[0] = .infinity
    path[path.count - 2] = .infinity
    path[path.count - 1] = least
  }
}
