import Tensors

/// A bar of all colours beside a picture, the greatest place above, with labels at some of its places.
struct ColourScale {
  /// A label and where it stands.
  struct Mark {
    /// 0, the lower end of the bar, to 1, the upper one.
    let place: Float
    /// Digits, `.`, `-`, blanks and `m`.
    let label: String
  }

  /// The labels; those that would touch one before them are left out, so the important ones come first.
  let marks: [Mark]
  /// Side of one dot of a character, pixels.
  private let dot: Int
  private let height: Int

  /// - Parameters:
  ///   - marks: the labels, the important ones first.
  ///   - height: height of the picture, pixels.
  init(marks: [Mark], height: Int) {
    let dot = max(1, height / 160)
    var kept: [Mark] = []
    for mark in marks {
      let top = Self.top(of: mark, dot: dot, height: height)
      if kept.allSatisfy({ abs(Self.top(of: $0, dot: dot, height: height) - top) >= 7 * dot }) || kept.count < 2 {
        kept.append(mark)
      }
    }
    (self.marks, self.dot, self.height) = (kept, dot, height)
  }

  /// A margin, the bar, a margin, the longest label, a margin; pixels.
  var width: Int { dot * (4 + 8 + 2 + 4 * (marks.map(\.label.count).max() ?? 0) + 2) }

  /// Draws bar and labels right of column `left`; what lies outside is left out.
  func draw(into bytes: inout Plane<UInt8>, from left: Int) {
    for y in 0..<height {
      let place = height > 1 ? Float(height - 1 - y) / Float(height - 1) : 0
      let colour = Turbo.colour(of: place, least: 0, greatest: 1)
      for x in (left + 4 * dot)..<(left + 12 * dot) { Self.set(&bytes, y, x, colour) }
    }
    for mark in marks {
      draw(mark.label, into: &bytes, x: left + 14 * dot, y: Self.top(of: mark, dot: dot, height: height))
    }
  }

  /// A number with one decimal.
  static func decimals(_ value: Float) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "-" }
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// The first row of a label, which stands beside its place and inside the picture.
  private static func top(of mark: Mark, dot: Int, height: Int) -> Int {
    let middle = Int(((1 - mark.place) * Float(height - 1)).rounded())
    return max(min(middle - 5 * dot / 2, height - 6 * dot), dot)
  }

  /// Draws white characters whose upper left corner is (x, y).
  private func draw(_ text: String, into bytes: inout Plane<UInt8>, x: Int, y: Int) {
    for (place, character) in text.enumerated() {
      let glyph = Self.glyphs[character] ?? 0
      for bit in 0..<15 where glyph >> (14 - bit) & 1 == 1 {
        for inner in 0..<(dot * dot) {
          let row = y + bit / 3 * dot + inner / dot
          Self.set(&bytes, row, x + (place * 4 + bit % 3) * dot + inner % dot, (255, 255, 255))
        }
      }
    }
  }

  private static func set(_ bytes: inout Plane<UInt8>, _ y: Int, _ x: Int, _ colour: Turbo.Colour) {
    guard y >= 0, y < bytes.height, 3 * x + 2 < bytes.width else { return }
    (bytes[y, 3 * x], bytes[y, 3 * x + 1], bytes[y, 3 * x + 2]) = (colour.red, colour.green, colour.blue)
  }

  /// Characters of 3×5 dots, row by row from the highest bit.
  private static let glyphs: [Character: UInt16] = [
    "0": 0b111_101_101_101_111, "1": 0b010_110_010_010_111, "2": 0b111_001_111_100_111, "3": 0b111_001_111_001_111,
    "4": 0b101_101_111_001_001, "5": 0b111_100_111_001_111, "6": 0b111_100_111_101_111, "7": 0b111_001_010_010_010,
    "8": 0b111_101_111_101_111, "9": 0b111_101_111_001_111, ".": 0b000_000_000_000_010, "-": 0b000_000_111_000_000,
    "m": 0b000_000_111_111_101,
  ]
}
