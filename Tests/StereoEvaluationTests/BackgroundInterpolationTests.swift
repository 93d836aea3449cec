import StereoEvaluation
import Tensors
import Testing

/// Miniatures that a reader checks with a pencil.
@Suite struct BackgroundInterpolationTests {
  static func filled(_ rows: [[Float]]) -> [[Float]] {
    let map = Plane(width: rows[0].count, height: rows.count, samples: rows.flatMap { $0 })
    let result = BackgroundInterpolation.filled(map)
    return (0..<rows.count).map { y in (0..<rows[0].count).map { result[y, $0] } }
  }

  @Test func aGapTakesTheLesserNeighbour() {
    #expect(Self.filled([[7, .nan, .nan, 5, .nan, 9]]) == [[7, 5, 5, 5, 5, 9]])
  }

  @Test func endsOfRowsAndColumnsTakeTheNearest() {
    let none = Float.nan
    let map: [[Float]] = [[none, none, none], [none, 4, none], [none, none, none]]
    let everywhere: [[Float]] = [[4, 4, 4], [4, 4, 4], [4, 4, 4]]
    #expect(Self.filled(map) == everywhere)
  }

  @Test func anEmptyRowBetweenOthersStaysEmpty() {
    let none = Float.nan
    let map: [[Float]] = [[1, 2], [none, none], [3, 4]]
    let expected: [[Float]] = [[1, 2], [-1, -1], [3, 4]]
    #expect(Self.filled(map) == expected)
  }

  @Test func nothingToFillFrom() {
    #expect(Self.filled([[.nan, .infinity], [-3, .nan]]) == [[-1, -1], [-1, -1]])
  }

  @Test func negativeAndInfiniteAreGapsAndZeroIsNot() {
    #expect(Self.filled([[8, -1, 0, .infinity, 6]]) == [[8, 0, 0, 0, 6]])
  }
}
