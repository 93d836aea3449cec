public import StereoCore
public import Tensors

/// The error images of KITTI's development kits: a dot of 3×3 pixels for every pixel with truth.
///
/// Dots are drawn row after row over one another, and none is centred on the image's border. The rest is black. Errors are
/// of the estimate after ``BackgroundInterpolation``, against the truth that includes occluded pixels.
///
/// Source: `DisparityImage::errorImage` of `io_disp.h`; the byte arithmetic (float, truncation) is the same.
public enum KITTIErrorImage: String, CaseIterable, Sendable {
  /// KITTI 2012: gray = min(error, 5) / 5 · 255; only the red channel where the pixel is occluded.
  case gray2012 = "2012"
  /// KITTI 2015: ten colours by n = min(error / 3, 20 · error / d*), halved where the pixel is occluded; n > 1 is an outlier.
  case colours2015 = "2015"

  /// The ten intervals lower ≤ n < upper and their colours.
  static let colours: [(upper: Float, red: UInt8, green: UInt8, blue: UInt8)] = [
    (0.0625, 49, 54, 149), (0.125, 69, 117, 180), (0.25, 116, 173, 209), (0.5, 171, 217, 233), (1, 224, 243, 248),
    (2, 254, 224, 144), (4, 253, 174, 97), (8, 244, 109, 67), (16, 215, 48, 39), (.infinity, 165, 0, 38),
  ]

  /// Draws the error image.
  ///
  /// - Parameters:
  ///   - estimate: `[H, W]` disparities as estimated, pixels; NaN, infinity or negative: none.
  ///   - truth: its `withOccluded` is drawn, and `disparities` tells what is not occluded; with one map only, nothing is
  ///     occluded.
  /// - Returns: `[H, W]`, RGB.
  public func image(of estimate: borrowing Plane<Float>, truth: borrowing GroundTruth) -> Image {
    precondition(
      estimate.width == truth.width && estimate.height == truth.height,
      "error image: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    let filled = BackgroundInterpolation.filled(estimate)
    return switch truth.withOccluded {
    case .some(let all): draw(filled, all: all, noc: truth.disparities)
    case .none: draw(filled, all: truth.disparities, noc: truth.disparities)
    }
  }

  private func draw(
    _ filled: borrowing Plane<Float>, all: borrowing Plane<Float>, noc: borrowing Plane<Float>
  ) -> Image {
    let (width, height) = (filled.width, filled.height)
    var bytes = Plane<UInt8>(width: 3 * width, height: height, repeating: 0)
    for y in 1..<max(height - 1, 1) {
      let (estimate, truth, seen) = (filled.row(y), all.row(y), noc.row(y))
      for x in 1..<max(width - 1, 1) where BackgroundInterpolation.isValid(truth[x]) {
        let isOccluded = !BackgroundInterpolation.isValid(seen[x])
        let colour = colour(error: abs(estimate[x] - truth[x]), truth: truth[x], isOccluded: isOccluded)
        for dotY in y - 1...y + 1 {
          var row = bytes.mutableRow(dotY)
          for dotX in x - 1...x + 1 {
            row[3 * dotX] = colour.red
            row[3 * dotX + 1] = colour.green
            row[3 * dotX + 2] = colour.blue
          }
        }
      }
    }
    return Image(format: .rgb8, bytes: bytes)
  }

  /// The colour of one dot.
  func colour(error: Float, truth: Float, isOccluded: Bool) -> (red: UInt8, green: UInt8, blue: UInt8) {
    switch self {
    case .gray2012:
      let share = Float(min(Double(error), 5) / 5)
      let gray = UInt8(Double(share) * 255)
      return isOccluded ? (gray, 0, 0) : (gray, gray, gray)
    case .colours2015:
      let absolute = Double(error) / 3
      let relative = 20 * Double(error) / Double(abs(truth))
      // 0 / 0, where truth and estimate are both 0, is not less than the absolute term: std::min keeps its first argument.
      let n = Float(relative < absolute ? relative : absolute)
      let bin = Self.colours.first { n < $0.upper } ?? Self.colours[9]
      return isOccluded ? (bin.red / 2, bin.green / 2, bin.blue / 2) : (bin.red, bin.green, bin.blue)
    }
  }
}
