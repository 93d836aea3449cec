import FoundationEssentials
import ImageFiles
import StereoCore
import Tensors

/// The pictures of one frame in a report, small enough that 150 frames fit into 40 MB.
///
/// Photographs, disparities, gray errors and confidence are JPEG; errors in ten colours and sparse truth are PNG, as JPEG
/// would smear them. Maps are thinned by taking every n-th pixel, photographs by averaging.
struct Thumbnails {
  /// The greatest width of a picture, pixels.
  static let width = 640

  /// Names and `data:` addresses, in the order in which they are shown.
  let pictures: [(name: String, address: String)]

  /// The pictures of a frame.
  ///
  /// - Parameters:
  ///   - frame: its images and truth.
  ///   - store: where its prediction and confidence are.
  ///   - style: how its errors are drawn.
  /// - Throws: ``FileError`` if one of the files cannot be read.
  init(of frame: BenchmarkFrame, in store: PredictionStore, style: KITTIErrorImage) throws(FileError) {
    let estimate = try DisparityFiles.read(store.prediction(of: frame))
    let truth: GroundTruth? = if let files = frame.truth { try files.read() } else { nil }
    var pictures = [("left", Self.photograph(try readImage(frame.left).inEightBits()))]
    switch truth {
    case .some(let truth):
      let limits = Self.limits(of: truth, estimate)
      pictures.append(("prediction", Self.colours(estimate, limits, dots: false)))
      switch truth.withOccluded {
      case .some(let all): pictures.append(("truth", Self.colours(all, limits, dots: true)))
      case .none: pictures.append(("truth", Self.colours(truth.disparities, limits, dots: true)))
      }
      if truth.width == estimate.width && truth.height == estimate.height {
        let errors = Self.thinned(style.image(of: estimate, truth: truth))
        pictures.append(("error", style == .gray2012 ? Self.jpeg(errors, quality: 70) : Self.png(errors)))
      }
    case .none:
      pictures.append(("prediction", Self.colours(estimate, Self.limits(estimate), dots: false)))
    }
    if FileManager.default.fileExists(atPath: store.confidence(of: frame)) {
      pictures.append(("confidence", Self.jpeg(Self.thinned(try readImage(store.confidence(of: frame))), quality: 50)))
    }
    self.pictures = pictures.filter { !$0.1.isEmpty }
  }

  /// How many pixels become one.
  private static func step(_ width: Int) -> Int { max(1, (width + Self.width - 1) / Self.width) }

  /// The least and greatest disparity that get the colours' ends: those of the truth where it is dense enough.
  private static func limits(of truth: borrowing GroundTruth, _ estimate: borrowing Plane<Float>) -> ClosedRange<Float>
  {
    let known = limits(truth.disparities)
    return known.upperBound > known.lowerBound ? known : limits(estimate)
  }

  private static func limits(_ map: borrowing Plane<Float>) -> ClosedRange<Float> {
    var values: [Float] = []
    for y in stride(from: 0, to: map.height, by: 2) {
      let row = map.row(y)
      for x in stride(from: 0, to: row.count, by: 2) where row[x].isFinite { values.append(row[x]) }
    }
    guard !values.isEmpty else { return 0...1 }
    values.sort()
    let (least, greatest) = (values[values.count / 100], values[values.count - 1 - values.count / 100])
    return min(least, 0)...max(greatest, least)
  }

  /// A map in colours; sparse maps get dots of 3×3 pixels, so that they are still seen when thinned.
  private static func colours(_ map: borrowing Plane<Float>, _ limits: ClosedRange<Float>, dots: Bool) -> String {
    let known = dots ? grown(map) : map.copy()
    let validity = Plane<Validity>(width: known.width, height: known.height, repeating: [])
    let picture = preview(
      of: DisparityMap(disparities: known, validity: validity, range: DisparityRange(0..<1)),
      options: PreviewOptions(range: limits))
    return dots ? png(thinned(picture)) : jpeg(thinned(picture), quality: 85)
  }

  /// The map with every disparity spread to its empty neighbours.
  private static func grown(_ map: borrowing Plane<Float>) -> Plane<Float> {
    var result = map.copy()
    for y in 0..<map.height {
      for x in 0..<map.width where !map[y, x].isFinite {
        search: for neighbourY in max(y - 1, 0)...min(y + 1, map.height - 1) {
          for neighbourX in max(x - 1, 0)...min(x + 1, map.width - 1) where map[neighbourY, neighbourX].isFinite {
            result[y, x] = map[neighbourY, neighbourX]
            break search
          }
        }
      }
    }
    return result
  }

  /// Every n-th pixel of every n-th row.
  private static func thinned(_ image: borrowing Image) -> Image {
    let (step, depth) = (Self.step(image.width), image.format.bytesPerPixel)
    let (width, height) = ((image.width + step - 1) / step, (image.height + step - 1) / step)
    var bytes = Plane<UInt8>(width: width * depth, height: height, repeating: 0)
    for y in 0..<height {
      let source = image.bytes.row(y * step)
      var row = bytes.mutableRow(y)
      for x in 0..<width { for c in 0..<depth { row[x * depth + c] = source[x * step * depth + c] } }
    }
    return Image(format: image.format, bytes: bytes)
  }

  /// Means of n×n pixels of 8 bits a sample, as JPEG.
  private static func photograph(_ image: borrowing Image) -> String {
    let (step, isColour) = (Self.step(image.width), image.format.isColour)
    let (width, height, depth) = (image.width / step, image.height / step, isColour ? 3 : 1)
    guard width > 0, height > 0 else { return "" }
    var bytes = Plane<UInt8>(width: width * depth, height: height, repeating: 0)
    for y in 0..<height {
      var row = bytes.mutableRow(y)
      for x in 0..<width {
        var sum = (red: 0, green: 0, blue: 0)
        for j in 0..<step {
          for i in 0..<step {
            let colour = image.colour(y: y * step + j, x: x * step + i)
            sum = (sum.red + Int(colour.red), sum.green + Int(colour.green), sum.blue + Int(colour.blue))
          }
        }
        row[x * depth] = UInt8(sum.red / (step * step))
        if isColour {
          row[x * depth + 1] = UInt8(sum.green / (step * step))
          row[x * depth + 2] = UInt8(sum.blue / (step * step))
        }
      }
    }
    return jpeg(Image(format: isColour ? .rgb8 : .gray8, bytes: bytes), quality: 80)
  }

  private static func jpeg(_ image: borrowing Image, quality: Int) -> String {
    guard image.format == .gray8 || image.format == .rgb8, let bytes = encodeJPEG(image, quality: quality) else {
      return ""
    }
    return "data:image/jpeg;base64," + Data(bytes).base64EncodedString()
  }

  private static func png(_ image: borrowing Image) -> String {
    guard let bytes = try? encodePNG(image, path: "report", operation: "drawing a thumbnail") else { return "" }
    return "data:image/png;base64," + Data(bytes).base64EncodedString()
  }
}
