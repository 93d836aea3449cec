import Glibc
public import Kernels
public import StereoCore
import Tensors

/// The probability that a disparity is right, from three measures.
public struct CalibratedConfidence: ConfidenceEstimation {
  /// Threads to spread the work over.
  public var parallel: Parallel

  /// - Parameter parallel: threads to spread the work over.
  public init(parallel: Parallel = Parallel()) { self.parallel = parallel }

  static let bias: Float = 0
  static let ofPeakRatio: Float = 4
  static let ofDistance: Float = -1
  static let ofAmbiguity: Float = -2

  /// `[H, W]`, 0 … 1.
  public func confidence(of map: borrowing DisparityMap, in context: borrowing RefinementContext) -> ConfidenceMap {
    let peaks = PeakRatio(parallel: parallel).measure(map, in: context)
    let distances = LeftRightDistance(parallel: parallel).measure(map, in: context)
    let ambiguities = Ambiguity(parallel: parallel).measure(map, in: context)
    var values = Plane<Float>(width: map.width, height: map.height, repeating: 0)
    parallel.rows(of: &values) { y, row in
      let (peak, distance, ambiguity) = (peaks.row(y), distances.row(y), ambiguities.row(y))
      for x in row.indices {
        let logit =
          Self.bias + Self.ofPeakRatio * peak[x] + Self.ofDistance * distance[x]
          + Self.ofAmbiguity * ambiguity[x]
        row[x] = 1 / (1 + exp(-logit))
      }
    }
    return ConfidenceMap(values: values)
  }
}
