import Glibc
import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

@Suite struct BilateralFilterTests {
  @Test func similarNeighboursAreAveraged() {
    // σ = 1/3 reaches one pixel; its weight is exp(−9/2).
    let found = BilateralFilter(sigma: 1.0 / 3, threshold: 2).refine(
      map([[4, 5, 9, .nan]]), with: RefinementEvidence(), in: context)
    let g = Float(exp(-4.5))
    #expect(abs(found.disparities[0, 0] - (4 + 5 * g) / (1 + g)) < 1e-5)
    #expect(abs(found.disparities[0, 1] - (5 + 4 * g) / (1 + g)) < 1e-5)
    // 9 differs from 5 by more than 2; its other neighbour has none.
    #expect(found.disparities[0, 2] == 9)
    #expect(found.disparities[0, 3].isNaN)
  }

  @Test(arguments: [(1, 1), (1, 9), (9, 1), (11, 7)]) func agreesWithTheFormula(width: Int, height: Int) {
    var dice = Dice(6)
    let rows = (0..<height).map { _ in (0..<width).map { _ in Float.random(in: 0..<9, using: &dice) } }
    let all = [1, 2, 3].map { threads in
      BilateralFilter(sigma: 1.2, threshold: 3)
        .refine(map(rows), with: RefinementEvidence(), in: context(threads: threads)).disparities.samples
    }
    #expect(all[0] == all[1] && all[0] == all[2])
    for y in 0..<height {
      for x in 0..<width {
        var (sum, total) = (0.0, 0.0)
        for v in max(0, y - 4)...min(height - 1, y + 4) {
          for u in max(0, x - 4)...min(width - 1, x + 4) where abs(rows[v][u] - rows[y][x]) < 3 {
            let weight = exp(-Double((v - y) * (v - y) + (u - x) * (u - x)) / (2 * 1.2 * 1.2))
            sum += weight * Double(rows[v][u])
            total += weight
          }
        }
        #expect(abs(Double(all[0][y * width + x]) - sum / total) < 1e-4)
      }
    }
  }

  @Test(arguments: InstructionSet.available) func everyInstructionSetAndHoles(instructionSet: InstructionSet) {
    let weights: [Float] = [1, 0.8, 0.4, 0.1]
    for (width, height) in [(1, 1), (5, 3), (64, 9), (37, 20)] {
      var dice = Dice(8)
      let rows = (0..<height).map { _ in
        (0..<width).map { _ in Bool.random(using: &dice) ? Float.random(in: -20..<9, using: &dice) : .nan }
      }
      var found = Plane<Float>(width: width, height: height, repeating: 0)
      BilateralRows.filter(
        Plane(width: width, height: height, samples: rows.flatMap { $0 }), weights: weights, threshold: 5, into: &found,
        in: ComputeContext(instructionSet: instructionSet, parallel: Parallel(threads: 2)))
      for y in 0..<height {
        for x in 0..<width {
          var (sum, total) = (0.0, 0.0)
          for v in max(0, y - 3)...min(height - 1, y + 3) {
            for u in max(0, x - 3)...min(width - 1, x + 3) where abs(rows[v][u] - rows[y][x]) < 5 {
              let weight = Double(weights[abs(v - y)] * weights[abs(u - x)])
              sum += weight * Double(rows[v][u])
              total += weight
            }
          }
          #expect(
            rows[y][x].isNaN ? found[y, x].isNaN : abs(Double(found[y, x]) - sum / total) < 1e-4, "\(width)×\(height)")
        }
      }
    }
  }
}
