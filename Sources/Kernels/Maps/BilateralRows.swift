internal import CKernels
public import Tensors

/// The Gaussian mean of similar neighbours over a map with holes: see `bilateral.c`.
public enum BilateralRows {
  /// What the kernel takes for a hole.
  private static let hole: Float = 1e30

  /// Filters `map`, `[H, W]` with NaN for holes, into `result`.
  ///
  /// - Parameters:
  ///   - weights: g(0), g(1), … g(radius); a neighbour at (dy, dx) has g(|dy|) · g(|dx|).
  ///   - threshold: difference at which a neighbour no longer counts.
  /// - Precondition: both maps have one size; there is a weight. Values are less than 10³⁰ in magnitude.
  public static func filter(
    _ map: borrowing Plane<Float>, weights: [Float], threshold: Float, into result: inout Plane<Float>,
    in context: ComputeContext
  ) {
    let (width, height, outStride) = (map.width, map.height, result.rowStride)
    precondition(
      result.width == width && result.height == height && !weights.isEmpty,
      "BilateralRows: maps \(height)×\(width) and \(result.height)×\(result.width), \(weights.count) weights")
    var finite = Plane<Float>(uninitializedWidth: width, height: height)
    context.rows(of: &finite) { y, row in
      let values = map.row(y)
      for x in row.indices { row[x] = values[x].isNaN ? Self.hole : values[x] }
    }
    let (from, to) = (SharedPointer(finite.mutableStorage), SharedPointer(result.mutableStorage))
    let isa = context.instructionSet.code
    context.ranges(of: height, size: 8) { rows in
      let sums = context.scratch.take(floats: 2 * width)
      weights.withUnsafeBufferPointer { weights in
        for y in rows where !context.isCancelled {
          sd_bilateral_row(
            isa, from.pointer, Int32(width), Int32(height), width, Int32(y), weights.baseAddress!,
            Int32(weights.count - 1), threshold, to.pointer + y * outStride, sums.base)
          for x in 0..<width where to.pointer[y * outStride + x] == Self.hole {
            to.pointer[y * outStride + x] = .nan
          }
        }
      }
      context.scratch.give(back: sums)
    }
  }
}
