import StereoCore
public import Tensors

/// Share of the pixels with known truth whose error exceeds a threshold: bad-τ.
///
///     bad(τ) = |{p : |d(p) − d*(p)| > τ or d(p) missing}| / |{p : d*(p) known}|
///
/// - Parameters:
///   - disparities: `[H, W]`, pixels; NaN: none.
///   - truth: `[H, W]`, pixels; NaN: unknown.
///   - threshold: τ, pixels; the comparison is strict.
/// - Returns: 0 … 1, or `nil` if no truth is known.
public func badPixelShare(
  _ disparities: borrowing Plane<Float>, truth: borrowing Plane<Float>, threshold: Float
) -> Double? {
  precondition(
    disparities.width == truth.width && disparities.height == truth.height,
    "bad pixels: disparities \(disparities.height)×\(disparities.width), truth \(truth.height)×\(truth.width)")
  var known = 0
  var bad = 0
  for y in 0..<truth.height {
    let (estimate, reference) = (disparities.row(y), truth.row(y))
    for x in reference.indices where reference[x].isFinite {
      known += 1
      if !(abs(estimate[x] - reference[x]) <= threshold) { bad += 1 }
    }
  }
  return known > 0 ? Double(bad) / Double(known) : nil
}
