import Kernels
import Synchronization
import Tensors
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [1, 2, 3, 7]) func everyRowIsVisitedOnce(threads: Int) {
    for height in [0, 1, 15, 16, 17, 100] {
      var plane = Plane<Int>(width: 3, height: height, repeating: 0)
      ComputeContext(parallel: Parallel(threads: threads)).rows(of: &plane) { y, row in
        for x in row.indices { row[x] += y * 3 + x + 1 }
      }
      #expect(plane.samples == Array(1...max(height * 3, 1)).prefix(height * 3).map { $0 })
    }
  }

  @Test(arguments: [1, 2, 5]) func bandsCoverTheWhole(threads: Int) {
    let sum = Atomic<Int>(0)
    Parallel(threads: threads).ranges(of: 101, size: 10) { range in
      sum.wrappingAdd(range.reduce(0, +), ordering: .relaxed)
    }
    #expect(sum.load(ordering: .relaxed) == 5050)
  }
}
