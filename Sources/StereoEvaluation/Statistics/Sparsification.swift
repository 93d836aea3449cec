public import Tensors

/// Whether the confidence knows where the errors are: mean error of the pixels that are left when the least confident
/// ones are removed.
///
///     S(f) = mean |d − d*| over the (1 − f) · n most confident pixels
///     O(f) = the same, removed by true error (the oracle)
///     AUSE = ∫₀¹ (S(f) − O(f)) / S(0) df                                    0 is perfect
///
/// Pixels of equal confidence count with their mean error, so that a constant confidence gives S(f) = S(0).
///
/// Source: Ilg et al., *Uncertainty estimates and multi-hypotheses networks for optical flow*, ECCV 2018, section 5.1.
public struct Sparsification: Codable, Sendable, Equatable {
  /// Number of removed shares f = 0, 1/50, … 49/50.
  public static let steps = 50

  /// S(f), pixels.
  public let curve: [Double]
  /// O(f), pixels.
  public let oracle: [Double]

  /// AUSE, relative to the mean error of all pixels; 0 if nothing is wrong.
  public var area: Double {
    guard let whole = curve.first, whole > 0 else { return 0 }
    // Trapezoids between the shares; at f = 1 nothing is left and both curves meet.
    let gaps = zip(curve, oracle).map { ($0 - $1) / whole } + [0]
    return zip(gaps, gaps.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(Self.steps)
  }

  /// Whether both curves have their length.
  var isWhole: Bool { curve.count == Self.steps && oracle.count == Self.steps }

  /// The curves of one frame over pixels with truth and an estimate; `nil` if there is none.
  ///
  /// - Parameters:
  ///   - estimate: `[H, W]` disparities, pixels; NaN: none.
  ///   - truth: `[H, W]`, pixels; NaN: unknown.
  ///   - confidence: `[H, W]`, 0 … 1.
  public init?(
    of estimate: borrowing Plane<Float>, truth: borrowing Plane<Float>, confidence: borrowing Plane<Float>
  ) {
    precondition(
      estimate.width == truth.width && estimate.height == truth.height && confidence.width == truth.width
        && confidence.height == truth.height,
      "sparsification: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width), "
        + "confidence \(confidence.height)×\(confidence.width)")
    var pixels: [(confidence: Float, error: Float)] = []
    for y in 0..<truth.height {
      let (row, known, trust) = (estimate.row(y), truth.row(y), confidence.row(y))
      for x in known.indices where known[x].isFinite && row[x].isFinite {
        pixels.append((trust[x], abs(row[x] - known[x])))
      }
    }
    guard !pixels.isEmpty else { return nil }
    pixels.sort { $0.confidence > $1.confidence }
    var errors: [Double] = []
    errors.reserveCapacity(pixels.count)
    var start = 0
    while start < pixels.count {
      var end = start + 1
      while end < pixels.count && pixels[end].confidence == pixels[start].confidence { end += 1 }
      let mean = pixels[start..<end].reduce(0.0) { $0 + Double($1.error) } / Double(end - start)
      errors.append(contentsOf: repeatElement(mean, count: end - start))
      start = end
    }
    curve = Self.means(of: errors)
    oracle = Self.means(of: pixels.map { Double($0.error) }.sorted())
  }

  /// The mean curves of several frames, every frame counting the same; `nil` if there is none.
  public init?(meanOf frames: [Sparsification]) {
    guard !frames.isEmpty else { return nil }
    func mean(_ curves: [[Double]]) -> [Double] {
      (0..<Self.steps).map { k in curves.reduce(0) { $0 + $1[k] } / Double(curves.count) }
    }
    curve = mean(frames.map(\.curve))
    oracle = mean(frames.map(\.oracle))
  }

  /// Means of the first n, 49/50 n, … 1/50 n values, at least one.
  private static func means(of values: [Double]) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(values.count + 1)
    for value in values { sums.append(sums[sums.count - 1] + value) }
    return (0..<steps).map { k in
      let count = max(1, (values.count * (steps - k) + steps / 2) / steps)
      return sums[count] / Double(count)
    }
  }
}
