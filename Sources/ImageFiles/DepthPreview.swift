public import StereoCore
import Tensors

/// A depth map in colour with a scale in metres: Turbo from far (blue) to near (red), gray where there is no depth.
///
/// Colours go evenly with 1 / Z, as disparity does, so that a step of colour is the same certainty near and far.
///
/// - Parameters:
///   - map: `[H, W]`, metres.
///   - range: the depths of the last colour and the first one, metres, positive; nil: the 1st and 99th percentile.
public func depthPreview(of map: borrowing DepthMap, range: ClosedRange<Float>? = nil) -> Image {
  let known = range ?? percentiles(of: map.depths)
  let near = max(known.lowerBound, 1e-6)
  let far = max(known.upperBound, near * 1.001)
  func place(_ depth: Float) -> Float { (1 / depth - 1 / far) / (1 / near - 1 / far) }
  let marks = ([near, far] + roundDepths(from: near, to: far)).map {
    ColourScale.Mark(place: place($0), label: metres($0))
  }
  return coloured(map.depths, scale: ColourScale(marks: marks, height: map.height)) {
    $0 > 0 ? Turbo.colour(of: place($0), least: 0, greatest: 1) : Turbo.none
  }
}

/// Writes a depth map in colour as PNG; see ``depthPreview(of:range:)``.
///
/// - Throws: ``FileError/unwritable(path:operation:reason:)``; then no file of this name was touched.
public func writeDepthPreview(
  of map: borrowing DepthMap, to path: String, range: ClosedRange<Float>? = nil
) throws(FileError) {
  try writeImage(depthPreview(of: map, range: range), to: path, operation: "writing a depth preview")
}

/// Round depths between two others, metres: 1, 2 and 5 times the powers of ten, then multiples of about a fifth of the distance.
private func roundDepths(from near: Float, to far: Float) -> [Float] {
  let steps = (-4...6).flatMap { power in
    let unit = (0..<abs(power)).reduce(Float(1)) { value, _ in power < 0 ? value / 10 : value * 10 }
    return [1, 2, 5].map { $0 * unit }
  }
  let step = steps.last { $0 <= (far - near) / 4 } ?? steps[0]
  let first = Int((near / step).rounded(.down)) + 1
  return (steps + (first..<first + 12).map { Float($0) * step }).filter { $0 > near && $0 < far }
}

/// A depth as a label: two decimals below 10 m, else one, no zeros at the end.
private func metres(_ depth: Float) -> String {
  guard depth < 1e6 else { return "- m" }
  let scale = depth < 10 ? 100 : 10
  let units = Int((depth * Float(scale)).rounded())
  var fraction = String(units % scale + scale).dropFirst()
  while fraction.last == "0" { fraction.removeLast() }
  return "\(units / scale)\(fraction.isEmpty ? "" : "." + fraction) m"
}
