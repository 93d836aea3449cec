import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct PreviewTests {
  @Test func endsHaveTheColoursOfTurbo() {
    let map = disparityMap(width: 5, height: 1, [0, 50, 100, 1000, .nan])
    let image = preview(of: map, options: PreviewOptions(range: 0...100))
    // The polynomials at 0 and 1: 0.1357, 0.0914, 0.1067 and 0.5658, 0.0506, 0.
    #expect(image.colour(y: 0, x: 0) == (35, 23, 27))
    #expect(image.colour(y: 0, x: 2) == (144, 13, 0))
    #expect(image.colour(y: 0, x: 3) == image.colour(y: 0, x: 2))
    #expect(image.colour(y: 0, x: 4) == (128, 128, 128))
    // The middle is green.
    let middle = image.colour(y: 0, x: 1)
    #expect(middle.green > 240 && middle.red < 190 && middle.blue < 110)
  }

  @Test func rangeIsThatOfNearlyAllPixels() {
    var values = [Float](repeating: 10, count: 1000) + [Float](repeating: 20, count: 1000)
    values[0] = 900
    let image = preview(of: disparityMap(width: 100, height: 20, values))
    #expect(image.colour(y: 0, x: 1) == (35, 23, 27))
    #expect(image.colour(y: 19, x: 0) == (144, 13, 0))
    #expect(image.colour(y: 0, x: 0) == (144, 13, 0))
  }

  @Test func mapsWithoutDisparityAreGray() {
    let image = preview(of: disparityMap(width: 2, height: 1, [.nan, .infinity]))
    #expect(image.bytes.samples == [UInt8](repeating: 128, count: 6))
  }

  /// A hole looks like no value: its gray is far from every colour of the map, the dark one of the least value too.
  @Test func holesLookLikeNoValue() {
    let values = (0..<256).map { Float($0) }
    let image = preview(
      of: disparityMap(width: 257, height: 1, values + [.nan]), options: PreviewOptions(range: 0...255))
    let hole = image.colour(y: 0, x: 256)
    for x in 0..<256 {
      let colour = image.colour(y: 0, x: x)
      let differences = [(colour.red, hole.red), (colour.green, hole.green), (colour.blue, hole.blue)]
        .map { abs(Int($0.0) - Int($0.1)) }
      #expect(differences.max()! >= 56, "\(x) looks like a hole")
    }
  }

  @Test func legendHasBarAndLabels() {
    let map = DisparityMap(width: 40, height: 60, range: DisparityRange(0..<64))
    let image = preview(of: map, options: PreviewOptions(range: -7.25...60, hasLegend: true))
    // A margin of 4, the bar of 8, a margin of 2, four characters of 4 ("-7.3"), a margin of 2.
    #expect(image.width == 40 + 32 && image.height == 60)
    #expect(image.colour(y: 0, x: 44) == (144, 13, 0))
    #expect(image.colour(y: 59, x: 51) == (35, 23, 27))
    func label(from top: Int) -> [String] {
      (top..<top + 5).map { y in (54..<70).map { image.colour(y: y, x: $0).red == 255 ? "#" : "." }.joined() }
    }
    #expect(
      label(from: 1) == [
        "###.###.....###.", "#...#.#.....#.#.", "###.#.#.....#.#.", "#.#.#.#.....#.#.", "###.###..#..###.",
      ])
    #expect(
      label(from: 54) == [
        "....###.....###.", "......#.......#.", "###..#......###.", ".....#........#.", ".....#...#..###.",
      ])
  }

  @Test(arguments: [1, 2, 7]) func legendOfTinyMapsIsCut(height: Int) {
    let map = DisparityMap(width: 1, height: height, range: DisparityRange(0..<64))
    #expect(preview(of: map, options: PreviewOptions(hasLegend: true)).height == height)
  }
}
