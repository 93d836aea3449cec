public import Tensors

/// How large the errors of one frame are, and at which disparities they happen.
///
/// Errors are |d − d*| of pixels with truth; pixels without estimate are counted apart.
public struct ErrorDistribution: Codable, Sendable, Equatable {
  /// Upper ends of the bins of `histogram`, pixels; the last bin has no end.
  public static let edges: [Float] = [0.125, 0.25, 0.5, 1, 2, 3, 4, 5, 8, 16, 32, 64]
  /// Width of a bin of true disparity, pixels.
  public static let disparityStep: Float = 8
  /// Number of bins of true disparity; the last one takes everything above.
  public static let disparityBins = 32

  /// Pixels by error: `edges.count + 1` bins, lower end < error ≤ upper end.
  public var histogram = [Int](repeating: 0, count: edges.count + 1)
  /// Pixels with truth and without estimate.
  public var missing = 0
  /// Estimated pixels by true disparity.
  public var pixels = [Int](repeating: 0, count: disparityBins)
  /// Σ error by true disparity, pixels.
  public var errorSums = [Double](repeating: 0, count: disparityBins)
  /// Errors above 3 px by true disparity.
  public var outliers = [Int](repeating: 0, count: disparityBins)

  /// Nothing counted.
  public init() {}

  /// The distribution of one frame.
  ///
  /// - Parameters:
  ///   - estimate: `[H, W]` disparities, pixels; NaN: none.
  ///   - truth: `[H, W]`, pixels; NaN: unknown.
  public init(of estimate: borrowing Plane<Float>, truth: borrowing Plane<Float>) {
    precondition(
      estimate.width == truth.width && estimate.height == truth.height,
      "error distribution: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    for y in 0..<truth.height {
      let (row, known) = (estimate.row(y), truth.row(y))
      for x in known.indices where known[x].isFinite {
        let error = abs(row[x] - known[x])
        guard error.isFinite else {
          missing += 1
          continue
        }
        histogram[Self.edges.firstIndex { error <= $0 } ?? Self.edges.count] += 1
        let bin = min(max(Int(known[x] / Self.disparityStep), 0), Self.disparityBins - 1)
        pixels[bin] += 1
        errorSums[bin] += Double(error)
        if error > 3 { outliers[bin] += 1 }
      }
    }
  }

  /// Whether every list has its length, and no number is one that counting cannot give.
  var isWhole: Bool {
    let lengths = [pixels.count, errorSums.count, outliers.count]
    return histogram.count == Self.edges.count + 1 && lengths.allSatisfy { $0 == Self.disparityBins }
      && (histogram + pixels + outliers + [missing]).allSatisfy { (0...1 << 32).contains($0) }
  }

  /// Counts another frame as well.
  public mutating func add(_ other: ErrorDistribution) {
    for k in histogram.indices { histogram[k] += other.histogram[k] }
    missing += other.missing
    for k in pixels.indices {
      pixels[k] += other.pixels[k]
      errorSums[k] += other.errorSums[k]
      outliers[k] += other.outliers[k]
    }
  }
}
