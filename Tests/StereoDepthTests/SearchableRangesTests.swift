import StereoDepth
import Testing

/// Ranges that a method does not search are widened; what lies outside the asked one is taken away again.
@Suite struct SearchableRangesTests {
  static let modules = SearchableRanges(lowerBound: 0, multiple: 8, leastCount: 8)

  @Test(arguments: [(0..<70, 0..<72), (0..<72, 0..<72), (10..<20, 0..<24), (0..<1, 0..<8), (3..<8, 0..<8)])
  func widening(asked: Range<Int>, searched: Range<Int>) throws {
    #expect(try Self.modules.widened(DisparityRange(asked), for: "x") == DisparityRange(searched))
    #expect(try SearchableRanges.any.widened(DisparityRange(asked), for: "x") == DisparityRange(asked))
  }

  @Test func whatCannotBeWidened() {
    #expect(throws: StereoError.self) { try Self.modules.widened(DisparityRange(-3..<8), for: "x") }
    #expect(throws: StereoError.self) {
      try SearchableRanges(greatestCount: 100).widened(DisparityRange(0..<101), for: "x")
    }
    #expect(throws: StereoError.self) {
      try SearchableRanges(multiple: 64, greatestCount: 100).widened(DisparityRange(0..<70), for: "x")
    }
  }

  /// Answers 0, 1, 2 … along each row, in the range that it is asked for.
  private final class Counting: StereoMethod {
    let range: DisparityRange
    var margins: Margins { .none }
    init(_ range: DisparityRange) { self.range = range }
    func plan(for size: PixelSize) throws(StereoError) -> RunPlan { RunPlan(stages: []) }
    func match(_ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress)
      throws(StereoError)
    {
      result = StereoResult(size: pair.size, range: range)
      for y in 0..<pair.height {
        for x in 0..<pair.width {
          result.left.disparities[y, x] = Float(x)
          result.left.validity[y, x] = []
          result.confidence.values[y, x] = 1
        }
      }
    }
  }

  @Test func resultsAreCropped() throws {
    try MethodRegistry.register(
      MethodDescription(
        name: "ranges-test", paper: "none", purpose: "counts the columns of an image", gives: [.confidence],
        ranges: Self.modules
      ) { Counting($0.range) })
    let gray = Plane<UInt8>(width: 24, height: 2, repeating: 9)
    let pair = try RectifiedPair(
      left: Image(format: .gray8, bytes: gray.copy()), right: Image(format: .gray8, bytes: gray.copy()))
    let matcher = try StereoMatcher(method: "ranges-test", range: DisparityRange(2..<11))
    #expect(matcher.range == DisparityRange(2..<11))
    #expect(matcher.notes.count == 1 && matcher.notes[0].contains("0 ..< 16") && matcher.notes[0].contains("2 ..< 11"))
    let result = try matcher.match(pair)
    #expect(result.left.range == matcher.range)
    for x in 0..<24 {
      let isInside = (2...10).contains(x)
      #expect(result.left.disparities[1, x].isNaN == !isInside, "\(x)")
      #expect(result.left.validity[1, x] == (isInside ? [] : .rangeBorder))
      #expect(result.confidence.values[1, x] == (isInside ? 1 : 0))
    }
    // What is searched as it is stays as it is, and nothing is said.
    let plain = try StereoMatcher(method: "ranges-test", range: DisparityRange(0..<16))
    #expect(plain.notes.isEmpty)
    #expect(try plain.match(pair).left.disparities[0, 20] == 20)
  }

  /// The network that failed with a calibration's ndisp of 70.
  @Test(.timeLimit(.minutes(5))) func modulenetWithAnyRange() throws {
    let matcher = try StereoMatcher(method: "modulenet", range: DisparityRange(0..<70))
    let result = try matcher.match(MethodRequestTests.shifted(width: 96, height: 40, by: 9))
    #expect(result.left.range == DisparityRange(0..<70))
    var close = 0
    for y in 8..<32 {
      for x in 30..<80 {
        let d = result.left.disparities[y, x]
        #expect(d.isNaN || d <= 69.5)
        if abs(d - 9) < 1 { close += 1 }
      }
    }
    #expect(close > 24 * 50 * 9 / 10, "\(close)")
  }
}
