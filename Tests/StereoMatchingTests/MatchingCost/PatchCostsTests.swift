import Kernels
import StereoCore
import StereoMatching
import Tensors
import Testing

/// The two costs that MC-CNN's paper compares with.
@Suite struct PatchCostsTests {
  @Test func censusOfTwoPixelsByHand() {
    // 1×2 images: of the 80 neighbours one lies inside each image. Left pixel 1 (20) sees 10 < 20; right pixel 1 (5) sees
    // 9 < 5: no. So d = 0 differs there and in the 79 outside. Left 1 against right 0 (9): its only neighbour inside is to the
    // right, left 1's to the left; all 80 differ.
    let costs = PatchCensus().costs(of: pair([[10, 20]], [[9, 5]]), over: DisparityRange(0..<2), in: context)
    #expect(costs.costs[0, 1, 0] == 80)
    #expect(costs.costs[0, 1, 1] == 80)
    // Left 0 (10) sees 20 < 10: no; right 0 (9) sees 5 < 9: yes.
    #expect(costs.costs[0, 0, 0] == 80 && costs.costs[0, 0, 1].isNaN)
    let same = PatchCensus().costs(of: pair([[10, 20]], [[1, 2]]), over: DisparityRange(0..<1), in: context)
    #expect(same.costs.samples == [79, 79])
  }

  @Test func censusAgreesWithTheDefinition() {
    let (left, right) = (noise(14, 11, seed: 3), noise(14, 11, seed: 4))
    let costs = PatchCensus().costs(of: pair(left, right), over: DisparityRange(-2..<5), in: context)
    for y in 0..<11 {
      for x in 0..<14 {
        for d in -2..<5 {
          guard x - d >= 0, x - d < 14 else {
            #expect(costs.costs[y, x, d + 2].isNaN)
            continue
          }
          var expected = 0
          for dy in -4...4 {
            for dx in -4...4 where (dy, dx) != (0, 0) {
              let (v, u, w) = (y + dy, x + dx, x - d + dx)
              let isInside = v >= 0 && v < 11 && u >= 0 && u < 14 && w >= 0 && w < 14
              if !isInside || (left[v][u] < left[y][x]) != (right[v][w] < right[y][x - d]) { expected += 1 }
            }
          }
          #expect(costs.costs[y, x, d + 2] == Float(expected), "(\(y), \(x), \(d))")
        }
      }
    }
  }

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

  /// Several bands, the last one not full.
  @Test(arguments: [1, 3]) func bytesAreTheRoundedCosts(threads: Int) throws {
    let costs: [any ByteMatchingCost] = [
      PatchCensus(), PatchAbsoluteDifferences(),
    ]
    for (width, height, range) in awkwardCases + [(20, 75, -3..<9)] {
      let pair = noisePair(width, height, seed: 9)
      let range = DisparityRange(range)
      for cost in costs {
        let quantisation = CostQuantisation(bounds: cost.bounds, greatestPenalty: 1)
        let direct = try cost.byteCosts(of: pair, over: range, quantisation, in: context(threads: threads))
        let rounded = ByteCostVolume(try cost.costs(of: pair, over: range, in: context), quantisation, in: context)
        #expect(direct.cells.samples == rounded.cells.samples, "\(width)×\(height), \(range)")
      }
    }
  }
}
