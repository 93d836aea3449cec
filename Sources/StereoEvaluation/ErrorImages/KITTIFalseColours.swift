public import StereoCore
public import Tensors

/// Disparities in the false colours of KITTI's development kits, which stay distinct when printed in gray.
///
///     v = clamp(d / d_max, 0, 1), then linear between the nodes black, blue, red, magenta, green, cyan, yellow, white
///
/// Source: `DisparityImage::writeFalseColors` of `io_disp.h`, in its float arithmetic.
public enum KITTIFalseColours {
  /// The colours between which is interpolated, and the weight of the step to the next.
  static let nodes: [(red: Float, green: Float, blue: Float, weight: Float)] = [
    (0, 0, 0, 114), (0, 0, 1, 185), (1, 0, 0, 114), (1, 0, 1, 174), (0, 1, 0, 114), (0, 1, 1, 185), (1, 1, 0, 114),
    (1, 1, 1, 0),
  ]

  private static let sum: Float = nodes.reduce(0) { $0 + $1.weight }
  private static let starts: [Float] = nodes.indices.map { k in nodes[..<k].reduce(0) { $0 + $1.weight / sum } }

  /// The colour of one disparity.
  ///
  /// - Parameters:
  ///   - disparity: pixels; none (NaN, negative) is black.
  ///   - greatest: d_max, pixels.
  public static func colour(_ disparity: Float, greatest: Float) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let value = BackgroundInterpolation.isValid(disparity) ? min(max(disparity / greatest, 0), 1) : 0
    var bin = 0
    while bin < 7 && value >= starts[bin + 1] { bin += 1 }
    guard bin < 7 else { return (255, 255, 255) }
    let (low, high) = (nodes[bin], nodes[bin + 1])
    let weight = Float(1 - Double((value - starts[bin]) * (sum / low.weight)))
    func byte(_ a: Float, _ b: Float) -> UInt8 {
      let level = (Double(weight * a) + (1 - Double(weight)) * Double(b)) * 255
      return UInt8(min(max(level, 0), 255))
    }
    return (byte(low.red, high.red), byte(low.green, high.green), byte(low.blue, high.blue))
  }

  /// A whole map in false colours.
  ///
  /// - Parameters:
  ///   - map: `[H, W]` disparities, pixels; NaN: none.
  ///   - greatest: d_max, pixels; `nil`: the map's greatest, at least 1.
  public static func image(of map: borrowing Plane<Float>, greatest: Float? = nil) -> Image {
    let greatest = greatest ?? greatestDisparity(map)
    var bytes = Plane<UInt8>(width: 3 * map.width, height: map.height, repeating: 0)
    for y in 0..<map.height {
      let source = map.row(y)
      var row = bytes.mutableRow(y)
      for x in source.indices {
        (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = colour(source[x], greatest: greatest)
      }
    }
    return Image(format: .rgb8, bytes: bytes)
  }

  /// The map's greatest disparity, at least 1.
  static func greatestDisparity(_ map: borrowing Plane<Float>) -> Float {
    var greatest: Float = 1
    for y in 0..<map.height {
      let row = map.row(y)
      for x in row.indices where row[x].isFinite { greatest = max(greatest, row[x]) }
    }
    return greatest
  }
}
