import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct PatchAbsoluteDifferencesTests {
  @Test func differencesAgreeWithTheDefinition() {
    let (left, right) = (noise(13, 10, seed: 5), noise(13, 10, seed: 6))
    func standardised(_ rows: [[UInt8]]) -> [[Double]] {
      let values = rows.flatMap { $0.map(Double.init) }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count - 1)
      return rows.map { $0.map { (Double($0) - mean) / variance.squareRoot() } }
    }
    let (a, b) = (standardised(left), standardised(right))
    let costs = PatchAbsoluteDifferences().costs(of: pair(left, right), over: DisparityRange(-1..<4), in: context)
    for y in 0..<10 {
      for x in 0..<13 {
        for d in -1..<4 {
          guard x - d >= 0, x - d < 13 else {
            #expect(costs.costs[y, x, d + 1].isNaN)
            continue
          }
          var (sum, number) = (0.0, 0.0)
          for v in max(0, y - 4)...min(9, y + 4) {
            for u in max(0, x - 4)...min(12, x + 4) where u - d >= 0 && u - d < 13 {
              sum += abs(a[v][u] - b[v][u - d])
              number += 1
            }
          }
          #expect(abs(Double(costs.costs[y, x, d + 1]) - sum / number) < 1e-5)
        }
      }
    }
  }

  @Test func uniformImagesDoNotDiffer() {
    let flat = pair([[7, 7, 7]], [[9, 9, 9]])
    #expect(
      PatchAbsoluteDifferences().costs(of: flat, over: DisparityRange(0..<1), in: context).costs.samples == [0, 0, 0])
  }
}
