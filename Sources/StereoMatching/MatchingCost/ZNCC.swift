public import Kernels
public import StereoCore
import Tensors

/// One minus the zero-mean normalised cross-correlation of windows.
///
///     C(y, x, d) = 1 − Σ (L − L̄)(R − R̄) / √( Σ (L − L̄)² · Σ (R − R̄)² )
///
/// Sums over the (2r + 1)² pixels around (y, x) and (y, x − d); a pixel outside an image is the nearest one inside it.
/// Costs are 0 (equal up to gain and offset) … 2 (inverted), without unit. A window without texture correlates with
/// nothing: its cost is 1. All sums are whole numbers, so the result is exact up to the last division.
///
/// Source: Hannah, Computer matching of areas in stereo images, Stanford 1974; as compared in Hirschmüller & Scharstein,
/// Evaluation of stereo matching costs on images with radiometric differences, PAMI 2009.
public struct ZNCC: MatchingCost {
  /// Columns and rows r to each side of the centre.
  public let radius: Int
  /// The window's radius.
  public var margins: Margins { Margins(horizontal: radius, vertical: radius) }

  /// - Parameters:
  ///   - radius: columns and rows to each side of the centre.
  /// - Precondition: `radius` is 1 … 64.
  public init(radius: Int = 4) {
    precondition((1...64).contains(radius), "ZNCC: a window of radius \(radius) pixels")
    self.radius = radius
  }

  /// `[H, W, D]` costs, 0 … 2.
  public func costs(
    of pair: borrowing RectifiedPair, over range: DisparityRange, in context: ComputeContext
  ) -> CostVolume {
    let left = padded(pair.leftGray, in: context)
    let right = padded(pair.rightGray, in: context)
    let leftMoments = moments(left, in: context)
    let rightMoments = moments(right, in: context)
    let (lower, count, width) = (range.lowerBound, range.count, pair.width)
    let number = Int64((2 * radius + 1) * (2 * radius + 1))
    var costs = Volume<Float>(width: width, height: pair.height, depth: count, repeating: .nan)
    context.rows(of: &costs) { y, row in
      var columnSums = [Int64](repeating: 0, count: width + 2 * radius)
      let (leftRow, rightRow) = (leftMoments.row(y), rightMoments.row(y))
      for k in 0..<count {
        let columns = Self.columns(inBothFor: lower + k, width: width)
        guard !columns.isEmpty else { continue }
        productSums(left, right, y: y, columns: columns, disparity: lower + k, into: &columnSums)
        var product = columnSums[..<(2 * radius)].reduce(0, +)
        for (i, x) in columns.enumerated() {
          product += columnSums[i + 2 * radius]
          row[x * count + k] = Self.cost(product, leftRow[x], rightRow[x - lower - k], number)
          product -= columnSums[i]
        }
      }
    }
    return CostVolume(costs: costs, range: range)
  }

  /// Σ I and N Σ I² − (Σ I)² over a window of N pixels: whole numbers, exact.
  struct Moments: BitwiseCopyable {
    var sum: Int64
    var variance: Int64
  }

  /// Columns x with both x and x − d inside the images.
  static func columns(inBothFor d: Int, width: Int) -> Range<Int> {
    let from = min(max(d, 0), width)
    return from..<max(from, min(width, width + d))
  }

  /// The cost from Σ LR and the moments of both windows.
  static func cost(_ product: Int64, _ left: Moments, _ right: Moments, _ number: Int64) -> Float {
    guard left.variance > 0, right.variance > 0 else { return 1 }
    let covariance = Double(number * product - left.sum * right.sum)
    let correlation = covariance / (Double(left.variance) * Double(right.variance)).squareRoot()
    return Float(1 - min(max(correlation, -1), 1))
  }

  /// The image with its border repeated `radius` times on every side.
  private func padded(_ image: borrowing Plane<UInt8>, in context: ComputeContext) -> Plane<UInt8> {
    var result = Plane<UInt8>(width: image.width + 2 * radius, height: image.height + 2 * radius, repeating: 0)
    context.rows(of: &result) { y, row in
      let source = image.row(min(max(y - radius, 0), image.height - 1))
      for x in row.indices { row[x] = source[min(max(x - radius, 0), image.width - 1)] }
    }
    return result
  }

  /// The moments of the window around every pixel of an image that was padded.
  private func moments(_ image: borrowing Plane<UInt8>, in context: ComputeContext) -> Plane<Moments> {
    let side = 2 * radius + 1
    var result = Plane(
      width: image.width - 2 * radius, height: image.height - 2 * radius, repeating: Moments(sum: 0, variance: 0))
    context.rows(of: &result) { y, row in
      for x in row.indices {
        var (sum, squares) = (Int64(0), Int64(0))
        for j in 0..<side {
          let source = image.row(y + j)
          for i in 0..<side {
            sum += Int64(source[x + i])
            squares += Int64(source[x + i]) * Int64(source[x + i])
          }
        }
        row[x] = Moments(sum: sum, variance: Int64(side * side) * squares - sum * sum)
      }
    }
    return result
  }

  /// Σ L·R down the window's rows, for every padded column that a window centred on one of `columns` touches.
  private func productSums(
    _ left: borrowing Plane<UInt8>, _ right: borrowing Plane<UInt8>, y: Int, columns: Range<Int>, disparity: Int,
    into sums: inout [Int64]
  ) {
    let touched = columns.count + 2 * radius
    for i in 0..<touched { sums[i] = 0 }
    for j in 0...(2 * radius) {
      let (leftRow, rightRow) = (left.row(y + j), right.row(y + j))
      for i in 0..<touched {
        let u = columns.lowerBound + i
        sums[i] += Int64(leftRow[u]) * Int64(rightRow[u - disparity])
      }
    }
  }
}

extension ZNCC {
  /// How it is chosen by name.
  static let step = StepDescription<any MatchingCost>(
    "zncc", "bears different gain and offset, at larger windows than census",
    [
      MethodParameter(
        "zncc-radius", "columns and rows of the window to each side of its centre, pixels", .whole(1...64), default: 4)
    ], suits: ["p1": 0.1, "p2": 1]
  ) { [ZNCC(radius: $0.whole("zncc-radius"))] }
}
