public import StereoCore
import Tensors

/// How a preview is drawn.
public struct PreviewOptions: Equatable, Sendable {
  /// The disparities that get the first and the last colour; nil: the 1st and 99th percentile of the map.
  public var range: ClosedRange<Float>?
  /// True for a bar beside the picture that has the colours, with the disparities of its ends.
  public var hasLegend: Bool

  /// - Parameters:
  ///   - range: disparities of the first and the last colour, pixels; nil: the 1st and 99th percentile of the map.
  ///   - hasLegend: true for a bar with the colours beside the picture.
  public init(range: ClosedRange<Float>? = nil, hasLegend: Bool = false) {
    self.range = range
    self.hasLegend = hasLegend
  }
}

/// A disparity map in colour: Turbo from far (blue) to near (red), black where there is no disparity.
public func preview(of map: borrowing DisparityMap, options: PreviewOptions = PreviewOptions()) -> Image {
  let range = options.range ?? percentiles(of: map.disparities)
  let legend = options.hasLegend ? Legend(range: range, height: map.height) : nil
  var bytes = Plane<UInt8>(width: (map.width + (legend?.width ?? 0)) * 3, height: map.height, repeating: 0)
  for y in 0..<map.height {
    let disparities = map.disparities.row(y)
    var row = bytes.mutableRow(y)
    for x in disparities.indices {
      let colour = Turbo.colour(of: disparities[x], least: range.lowerBound, greatest: range.upperBound)
      (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (colour.red, colour.green, colour.blue)
    }
  }
  legend?.draw(into: &bytes, from: map.width)
  return Image(format: .rgb8, bytes: bytes)
}

/// Writes a disparity map in colour as PNG; see ``preview(of:options:)``.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
public func writePreview(
  of map: borrowing DisparityMap, to path: String, options: PreviewOptions = PreviewOptions()
) throws(FileError) {
  try writeImage(preview(of: map, options: options), to: path, operation: "writing a preview")
}

/// The 1st and 99th percentile of the finite values; at most some 65,000 of them are looked at.
private func percentiles(of values: borrowing Plane<Float>) -> ClosedRange<Float> {
  let step = max(1, values.count / 65536)
  var finite: [Float] = []
  finite.reserveCapacity(values.count / step + 1)
  var index = 0
  while index < values.count {
    let value = values[index / values.width, index % values.width]
    if value.isFinite { finite.append(value) }
    index += step
  }
  guard !finite.isEmpty else { return 0...1 }
  finite.sort()
  let least = finite[finite.count / 100]
  let greatest = finite[finite.count - 1 - finite.count / 100]
  return least...max(greatest, least)
}

/// A bar of all colours, the greatest disparity above, with labels at its ends.
private struct Legend {
  let range: ClosedRange<Float>
  /// Side of one dot of a digit, pixels.
  let dot: Int
  let labels: (least: String, greatest: String)

  init(range: ClosedRange<Float>, height: Int) {
    self.range = range
    dot = max(1, height / 160)
    labels = (Self.label(range.lowerBound), Self.label(range.upperBound))
  }

  /// A number with one decimal.
  private static func label(_ value: Float) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  /// A margin, the bar, a margin, the longer label, a margin.
  var width: Int { dot * (4 + 8 + 2 + 4 * max(labels.least.count, labels.greatest.count) + 2) }

  func draw(into bytes: inout Plane<UInt8>, from left: Int) {
    let height = bytes.height
    for y in 0..<height {
      let place = height > 1 ? Float(height - 1 - y) / Float(height - 1) : 0
      let colour = Turbo.colour(of: place, least: 0, greatest: 1)
      for x in (left + 4 * dot)..<(left + 12 * dot) { Self.set(&bytes, y, x, colour) }
    }
    draw(labels.greatest, into: &bytes, x: left + 14 * dot, y: dot)
    draw(labels.least, into: &bytes, x: left + 14 * dot, y: height - 6 * dot)
  }

  /// Draws white digits whose upper left corner is (x, y); what lies outside is left out.
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
  ]
}
