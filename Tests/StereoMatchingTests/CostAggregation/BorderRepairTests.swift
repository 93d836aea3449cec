import Kernels
import StereoCore
import StereoMatching
import Testing

@Suite struct BorderRepairTests {
  @Test func theColumnsAtTheOpenBorderAreThoseBesideThem() {
    let guide = noisePair(5, 1)
    let costs: [Float] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    let left = BorderRepair(columns: 2).aggregate(volume(width: 5, height: 1, 0..<2, costs), guide: guide, in: context)
    #expect(left.costs.samples == [0, 1, 2, 3, 4, 5, 4, 5, 4, 5])
    let right = BorderRepair(columns: 1).aggregate(
      volume(width: 5, height: 1, 0..<2, reference: .right, costs), guide: guide, in: context)
    #expect(right.costs.samples == [2, 3, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  @Test func anImageThatIsAllBorderStays() {
    for columns in [0, 3, 9] {
      let costs = BorderRepair(columns: columns).aggregate(
        volume(width: 3, height: 1, 0..<1, [1, 2, 3]), guide: noisePair(3, 1), in: context)
      #expect(costs.costs.samples == [1, 2, 3])
    }
  }
}
