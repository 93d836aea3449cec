import Tensors
import Testing

@Suite struct PlaneTests {
  @Test func rowsOfBorrowedMemoryLieApart() {
    let memory: [UInt8] = [1, 2, 9, 3, 4, 9]
    memory.withUnsafeBufferPointer { buffer in
      let plane = Plane(unsafelyBorrowing: buffer.baseAddress!, width: 2, height: 2, rowStride: 3)
      #expect(plane.samples == [1, 2, 3, 4])
      #expect(plane[1, 0] == 3)
      let copy = plane.copy()
      #expect(copy.rowStride == 2)
      #expect(copy.samples == [1, 2, 3, 4])
    }
  }

  @Test func rowsAreWritten() {
    var plane = Plane<Int>(width: 3, height: 2, repeating: 0)
    var row = plane.mutableRow(1)
    for x in row.indices { row[x] = x + 1 }
    #expect(plane.samples == [0, 0, 0, 1, 2, 3])
  }

  @Test func emptyPlaneHasNoSamples() {
    let plane = Plane<Float>(width: 0, height: 5, repeating: 1)
    #expect(plane.samples.isEmpty)
  }
}
