import Tensors

/// The measures that Middlebury version 3 and ETH3D share, over one set of pixels.
///
///     n            evaluated pixels: truth known and, with a mask, mask = 255
///     invalid      evaluated pixels without estimate
///     bad(τ)       |{valid : |d − d*| > τ}| / n                                τ = 0.5, 1, 2, 4 px, strict
///     total bad(τ) bad(τ) + invalid / n
///     avgerr, rms  mean and root mean square of |d − d*| over n − invalid pixels
///     A50 … A99    least error that 50 … 99 % of the n − invalid errors do not exceed (nearest rank)
///
/// An estimate of half or quarter size counts with s = 2 or 4: d = s · estimate(⌊x / s⌋, ⌊y / s⌋). It is clipped to 0 and
/// the scene's number of disparities, and rounded where the truth is whole pixels.
///
/// Source: Scharstein et al., *High-resolution stereo datasets with subpixel-accurate ground truth*, GCPR 2014;
/// `evaldisp` of the Middlebury SDK, version 3.
public struct MiddleburyMeasures: Codable, Sendable, Equatable {
  /// The thresholds τ, pixels.
  public static let thresholds: [Float] = [0.5, 1, 2, 4]
  /// The percentages of the error quantiles.
  public static let quantiles: [Int] = [50, 90, 95, 99]

  /// n: evaluated pixels.
  public var pixels = 0
  /// Evaluated pixels without estimate.
  public var invalid = 0
  /// Valid pixels whose error exceeds each threshold.
  public var bad = [0, 0, 0, 0]
  /// Σ |error|, pixels.
  public var errorSum = 0.0
  /// Σ error², pixels².
  public var squareSum = 0.0
  /// A50, A90, A95, A99, pixels; empty if no pixel is valid.
  public var quantileErrors: [Double] = []

  /// bad(τ), percent: valid pixels only.
  public func badPercent(_ threshold: Int) -> Double? { percent(bad[threshold], of: pixels) }
  /// bad(τ) and invalid, percent.
  public func totalBadPercent(_ threshold: Int) -> Double? { percent(bad[threshold] + invalid, of: pixels) }
  /// Mean error, pixels.
  public var averageError: Double? { valid > 0 ? errorSum / Double(valid) : nil }
  /// Root of the mean squared error, pixels.
  public var rms: Double? { valid > 0 ? (squareSum / Double(valid)).squareRoot() : nil }
  /// n − invalid.
  public var valid: Int { pixels - invalid }

  /// The measures of an estimate.
  ///
  /// - Parameters:
  ///   - estimate: `[H/s, W/s]`, s = 1, 2 or 4; pixels of its own size; NaN or infinity: none.
  ///   - truth: `[H, W]`; its mask is used if `masked`.
  init(of estimate: borrowing Plane<Float>, truth: borrowing GroundTruth, masked: Bool) {
    truth.requireOneSize()
    let scale = truth.width / max(estimate.width, 1)
    precondition(
      Self.accepts(estimate: (estimate.width, estimate.height), for: (truth.width, truth.height)),
      "Middlebury: estimate \(estimate.height)×\(estimate.width), truth \(truth.height)×\(truth.width)")
    let greatest = truth.disparityCount.map { Float($0) } ?? .infinity
    var errors: [Float] = []
    errors.reserveCapacity(truth.width * truth.height)
    for y in 0..<truth.height {
      let known = truth.disparities.row(y)
      let row = estimate.row(y / scale)
      for x in known.indices where known[x].isFinite {
        if masked && !truth.isEvaluated(y, x) { continue }
        pixels += 1
        let stored = row[x / scale]
        guard stored.isFinite else { continue }
        var disparity = max(0, min(greatest, Float(scale) * stored))
        if truth.isInteger { disparity.round(.toNearestOrAwayFromZero) }
        errors.append(abs(disparity - known[x]))
      }
    }
    invalid = pixels - errors.count
    for error in errors {
      errorSum += Double(error)
      squareSum += Double(error) * Double(error)
      for k in 0..<4 where error > Self.thresholds[k] { bad[k] += 1 }
    }
    if !errors.isEmpty {
      errors.sort()
      quantileErrors = Self.quantiles.map { Double(errors[nearestRank($0, of: errors.count)]) }
    }
  }

  /// True if the truth is exactly 1, 2 or 4 times the estimate.
  static func accepts(estimate: (width: Int, height: Int), for truth: (width: Int, height: Int)) -> Bool {
    [1, 2, 4].contains { $0 * estimate.width == truth.width && $0 * estimate.height == truth.height }
  }

  /// Whether every list has its length.
  var isWhole: Bool { bad.count == Self.thresholds.count && [0, Self.quantiles.count].contains(quantileErrors.count) }

  /// What people quote of the table.
  static let overview: [ScoreOverview.Row] = [
    .init("bad > 0.5 px", "bad0.5"), .init("bad > 1 px", "bad1"), .init("bad > 2 px", "bad2"),
    .init("bad > 4 px", "bad4"),
    .init("mean error", "averageError", unit: .pixels), .init("RMS error", "rms", unit: .pixels),
    .init("A50", "A50", unit: .pixels), .init("A90", "A90", unit: .pixels), .init("A95", "A95", unit: .pixels),
    .init("A99", "A99", unit: .pixels), .init("invalid", "invalid"),
  ]

  /// The numbers by their names in the table; `suffix` follows each.
  func metrics(suffix: String = "") -> [Metric] {
    let names = ["bad0.5", "bad1", "bad2", "bad4"]
    var list = (0..<4).map { Metric(names[$0] + suffix, badPercent($0)) }
    list.append(Metric("averageError" + suffix, averageError, .pixels))
    list.append(Metric("rms" + suffix, rms, .pixels))
    for (k, quantile) in Self.quantiles.enumerated() {
      list.append(Metric("A\(quantile)" + suffix, quantileErrors.isEmpty ? nil : quantileErrors[k], .pixels))
    }
    list.append(Metric("invalid" + suffix, percent(invalid, of: pixels)))
    let total = ["totalBad0.5", "totalBad1", "totalBad2", "totalBad4"]
    return list + (0..<4).map { Metric(total[$0] + suffix, totalBadPercent($0)) }
  }
}

/// Index of the least of `count` ascending values that `percent` % of them do not exceed.
func nearestRank(_ percent: Int, of count: Int) -> Int { max(0, (percent * count + 99) / 100 - 1) }

extension GroundTruth {
  /// True if a mask says that the pixel is seen by both cameras, or if there is no mask.
  func isEvaluated(_ y: Int, _ x: Int) -> Bool {
    switch mask {
    case .some(let map): map[y, x] == 255
    case .none: true
    }
  }
}
