import Foundation
import Testing

/// Words of an earlier house that must not come back: what they named has gone, and whoever reads one looks for it in vain.
@Suite struct RetiredWordsTests {
  /// In two parts each, so that this file does not hold them.
  static let words = [
    "Matching" + "Stage", "running" + "(on", "Pipeline" + "Method", "MCCNN" + "Cost", "needs" + "Floats",
    "byte" + "Matcher", "ByteVolume" + "Matcher", "Sweep" + "Matcher", "Refinement" + "Context", "Byte" + "Costs/",
    "Byte" + "Pool",
  ]

  @Test func noneOccurs() throws {
    let endings: Set = ["swift", "c", "h", "md", "py", "sh"]
    let paths = ["Sources", "Tests", "Models"].flatMap { LayoutTests.files(below: $0, endings: endings) }
    #expect(paths.count > 300, "the sources were not found")
    for path in paths + ["README.md"] {
      let text = try LayoutTests.text(path)
      for word in Self.words {
        #expect(!path.contains(word), "\(path) is named \(word)")
        #expect(!text.contains(word), "\(path) says \(word)")
      }
    }
  }
}
