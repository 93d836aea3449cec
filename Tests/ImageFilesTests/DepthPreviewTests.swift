import ImageFiles
import StereoCore
import Tensors
import Testing

@Suite struct DepthPreviewTests {
  static func picture(_ depths: [Float], height: Int = 1, range: ClosedRange<Float>? = nil) -> Image {
    let plane = Plane(width: depths.count / height, height: height, samples: depths)
    return depthPreview(of: DepthMap(depths: plane), range: range)
  }

  /// Near is red, far is blue, colours go with 1 / Z: of 1 … 4 m the middle is 1 / (½ (1 + ¼)) = 1.6 m.
  @Test func coloursGoWithTheInverseOfDepth() {
    let image = Self.picture([1, 4, 1.6, 0.5, 90, .nan, 0], range: 1...4)
    #expect(image.colour(y: 0, x: 0) == (144, 13, 0))
    #expect(image.colour(y: 0, x: 1) == (35, 23, 27))
    let middle = image.colour(y: 0, x: 2)
    #expect(middle.green > 240 && middle.red < 190 && middle.blue < 110)
    #expect(image.colour(y: 0, x: 3) == image.colour(y: 0, x: 0))
    #expect(image.colour(y: 0, x: 4) == image.colour(y: 0, x: 1))
    #expect(image.colour(y: 0, x: 5) == (128, 128, 128) && image.colour(y: 0, x: 6) == (128, 128, 128))
  }

  /// The scale has the ends and round depths between them, each beside its colour, and none over another.
  @Test func scaleIsInMetres() {
    let image = Self.picture([Float](repeating: 2, count: 10 * 120), height: 120, range: 1...4)
    func text(at row: Int) -> String {
      (row..<row + 5).map { y in
        (10 + 14..<image.width - 2).map { image.colour(y: y, x: $0) == (255, 255, 255) ? "#" : "." }.joined()
      }.joined(separator: "\n")
    }
    #expect(text(at: 1).hasPrefix(".#."), "1 m above")
    // 2 m: place (½ − ¼) / (1 − ¼) = ⅓, row (1 − ⅓) · 119 = 79, from 2 rows above it.
    #expect(text(at: 77).split(separator: "\n").map { String($0.prefix(3)) } == ["###", "..#", "###", "#..", "###"])
    #expect(text(at: 114).split(separator: "\n").map { String($0.prefix(3)) } == ["#.#", "#.#", "###", "..#", "..#"])
    #expect(text(at: 77).contains("###.........") && text(at: 77).contains("#.#"), "m of metres: \(text(at: 77))")
  }

  @Test func nothingIsKnownOfAnEmptyMap() {
    #expect(Self.picture([.nan, .nan]).colour(y: 0, x: 1) == (128, 128, 128))
  }
}
