import Glibc

/// The plain form of ``ModuleScores``, in double precision, one block or pixel at a time.
package enum ReferenceModuleScores {
  /// z of all candidates: `evidence` and `closeness` hold D values, `scores` 16 for every module.
  package static func joint(evidence: [Double], closeness: [Double], scores: [Double]) -> [Double] {
    let count = ModuleGrid.candidates
    return evidence.indices.map { d in
      let module = d / count * ModuleGrid.scoreChannels
      let (own, out) = (scores[module + d % count], scores[module + count])
      let gates = (4 / (1 + exp(-scores[module + count + 1])), 4 / (1 + exp(-scores[module + count + 2])))
      return gates.0 * log(evidence[d]) + gates.1 * closeness[d] + own - out
    }
  }

  /// Softmax.
  package static func probabilities(_ z: [Double]) -> [Double] {
    let greatest = z.max()!
    let weights = z.map { exp($0 - greatest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  /// P of every module's candidates, the mass of smaller and of greater disparities: 10 values a module.
  package static func posterior(_ z: [Double]) -> [Double] {
    let p = probabilities(z)
    return stride(from: 0, to: z.count, by: ModuleGrid.candidates).flatMap { first in
      let end = first + ModuleGrid.candidates
      let (below, above) = (p[..<first].reduce(0, +), p[end...].reduce(0, +))
      return Array(p[first..<end]) + [below, above]
    }
  }

  /// Disparity and confidence from z.
  package static func winner(_ z: [Double]) -> (disparity: Double, confidence: Double) {
    let p = probabilities(z)
    let m = p.firstIndex(of: p.max()!)!
    var (mass, mean, within) = (0.0, 0.0, 0.0)
    for d in max(0, m - 2)...min(z.count - 1, m + 2) {
      mass += p[d]
      mean += Double(d) * p[d]
    }
    let first = m / ModuleGrid.candidates * ModuleGrid.candidates
    for d in first..<first + ModuleGrid.candidates { within += exp(z[d]) }
    return (mean / mass, mass * within / (within + 1))
  }

  /// Scores at pixel (x, y) between the centres of blocks: `map` holds `[h][w][channels]`.
  package static func interpolated(_ map: [Float], grid: ModuleGrid, x: Int, y: Int) -> [Double] {
    let channels = grid.modules * ModuleGrid.scoreChannels
    func place(_ i: Int, _ count: Int) -> (lower: Int, upper: Int, weight: Double) {
      let at = min(max((Double(i) + 0.5) / Double(ModuleGrid.block) - 0.5, 0), Double(count - 1))
      return (Int(at), min(Int(at) + 1, count - 1), at - at.rounded(.down))
    }
    let (v, u) = (place(y, grid.blockRows), place(x, grid.blockColumns))
    func value(_ row: Int, _ column: Int, _ c: Int) -> Double {
      Double(map[(row * grid.blockColumns + column) * channels + c])
    }
    return (0..<channels).map { c in
      let above = (1 - u.weight) * value(v.lower, u.lower, c) + u.weight * value(v.lower, u.upper, c)
      let below = (1 - u.weight) * value(v.upper, u.lower, c) + u.weight * value(v.upper, u.upper, c)
      return (1 - v.weight) * above + v.weight * below
    }
  }
}
