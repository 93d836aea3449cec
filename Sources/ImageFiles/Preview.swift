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

/// A disparity map in colour: Turbo from far (blue) to near (red), gray (which Turbo does not have) where there is none.
public func preview(of map: borrowing DisparityMap, options: PreviewOptions = PreviewOptions()) -> Image {
  let range = options.range ?? percentiles(of: map.disparities)
  let ends = [
    ColourScale.Mark(place: 1, label: ColourScale.decimals(range.upperBound)),
    ColourScale.Mark(place: 0, label: ColourScale.decimals(range.lowerBound)),
  ]
  let scale = options.hasLegend ? ColourScale(marks: ends, height: map.height) : nil
  return coloured(map.disparities, scale: scale) {
    Turbo.colour(of: $0, least: range.lowerBound, greatest: range.upperBound)
  }
}

/// A map in the colours that `colour` gives its values, with a scale beside it where there is one.
func coloured(
  _ values: borrowing Plane<Float>, scale: ColourScale?, colour: (Float) -> Turbo.Colour
) -> Image {
  var bytes = Plane<UInt8>(width: (values.width + (scale?.width ?? 0)) * 3, height: values.height, repeating: 0)
  for y in 0..<values.height {
    let source = values.row(y)
    var row = bytes.mutableRow(y)
    for x in source.indices {
      let colour = colour(source[x])
      (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (colour.red, colour.green, colour.blue)
    }
  }
  scale?.draw(into: &bytes, from: values.width)
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
func percentiles(of values: borrowing Plane<Float>) -> ClosedRange<Float> {
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
