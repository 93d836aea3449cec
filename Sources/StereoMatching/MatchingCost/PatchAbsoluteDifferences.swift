public import Kernels
public import StereoCore
import Tensors

/// The mean absolute difference of 9×9 patches of standardised images: the `ad` cost of MC-CNN's program.
///
///     C(y, x, d) = mean over o of | L'(p + o) − R'(q + o) |,   p = (y, x), q = (y, x − d),   I' = (I − mean) / deviation
///
/// over the neighbours (the centre among them) that lie inside both images; deviations have n − 1.
///
/// In bytes, costs beyond ``bounds`` are cut off: patches that differ by four deviations on average do not match anyhow.
///
/// Source: Žbontar & LeCun, JMLR 2016, section 5.3.
public struct PatchAbsoluteDifferences: BandedMatchingCost {
  /// Pixels to each side of the centre.
  static let radius = 4
  /// The window's radii.
  public var margins: Margins { Margins(horizontal: Self.radius, vertical: Self.radius) }

  /// A step without parameters.
  public init() {}

  /// Standard deviations.
  public var bounds: ClosedRange<Float> { 0...4 }

  /// Both images.
  public func imageBytes(for size: PixelSize) -> Int { 2 * size.width * size.height * MemoryLayout<Float>.stride }

  /// Mean differences, standard deviations.
  public func filler(for pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext)
    -> Filler
  {
    let images = StandardisedImages(pair)
    return { band, firstRow in fill(&band, firstRow: firstRow, images.left, images.right, range, in: context) }
  }

  /// Both images minus their means, divided by their standard deviations.
  ///
  /// An object, since a closure that outlives its function does not free a plane that it holds by itself.
  private final class StandardisedImages: Sendable {
    let left, right: Plane<Float>

    init(_ pair: borrowing RectifiedPair) {
      left = PatchAbsoluteDifferences.standardised(pair.leftGray)
      right = PatchAbsoluteDifferences.standardised(pair.rightGray)
    }
  }

  /// The costs of the image's rows from `firstRow` on.
  private func fill(
    _ costs: inout Volume<Float>, firstRow: Int, _ left: borrowing Plane<Float>, _ right: borrowing Plane<Float>,
    _ range: DisparityRange, in context: ComputeContext
  ) {
    let (lower, count, width, height) = (range.lowerBound, range.count, left.width, left.height)
    context.rows(of: &costs) { row, cells in
      let y = firstRow + row
      guard y < height else { return }
      let rows = max(0, y - Self.radius)...min(height - 1, y + Self.radius)
      var columns = [Float](repeating: 0, count: width)
      for k in 0..<count {
        let d = lower + k
        // Columns x with x and x − d inside.
        let from = min(max(d, 0), width)
        let end = max(from, min(width, width + d))
        for x in from..<end { columns[x] = 0 }
        for v in rows {
          let (a, b) = (left.row(v), right.row(v))
          for x in from..<end { columns[x] += abs(a[x] - b[x - d]) }
        }
        for x in from..<end {
          let window = max(from, x - Self.radius)...min(end - 1, x + Self.radius)
          var sum: Float = 0
          for u in window { sum += columns[u] }
          cells[x * count + k] = sum / Float(window.count * rows.count)
        }
      }
    }
  }

  /// The image minus its mean, divided by its standard deviation; zeros if it is uniform.
  private static func standardised(_ image: borrowing Plane<UInt8>) -> Plane<Float> {
    var sum = 0
    for y in 0..<image.height {
      let row = image.row(y)
      for x in row.indices { sum += Int(row[x]) }
    }
    let mean = Float(Double(sum) / Double(max(image.count, 1)))
    let scale = 1 / IntensityUnit.standardDeviations.grayLevels(in: image)
    var result = Plane<Float>(width: image.width, height: image.height, repeating: 0)
    for y in 0..<image.height {
      let source = image.row(y)
      var row = result.mutableRow(y)
      for x in row.indices { row[x] = (Float(source[x]) - mean) * scale }
    }
    return result
  }
}

extension PatchAbsoluteDifferences {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "patch-absolute-differences", "mean difference of 9×9 pixels, in standard deviations",
    suits: ["p1": 0.4, "p2": 8]
  ) { _ in [PatchAbsoluteDifferences()] }
}
