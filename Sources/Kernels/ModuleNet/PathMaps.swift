internal import CKernels
package import Tensors

/// Semi-global matching's maps as activations: winners `[H][W]` floats, labels `[H][W]` bytes, sums of path costs `[H][W][D]`
/// bytes, behind each other.
package struct PathMaps: Sendable {
  private let view: FeatureView
  private let grid: (width: Int, height: Int, disparities: Int)

  /// Floats of the maps.
  package static func floats(width: Int, height: Int, disparities: Int) -> Int {
    let pixels = width * height
    return pixels + (pixels + 3) / 4 + (pixels * disparities + 3) / 4
  }

  /// Maps that lie in `view`.
  ///
  /// - Precondition: one channel of ``floats(width:height:disparities:)`` pixels.
  package init(_ view: FeatureView, width: Int, height: Int, disparities: Int) {
    let floats = Self.floats(width: width, height: height, disparities: disparities)
    precondition(
      view.shape.floatCount == floats && view.pixel == 1, "PathMaps: \(view.shape), not \(floats) floats in one channel"
    )
    self.view = view
    grid = (width, height, disparities)
  }

  var winners: UnsafeMutablePointer<Float> { view.base }
  var labels: UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(view.base + grid.width * grid.height).assumingMemoryBound(to: UInt8.self)
  }

  /// The sums of path costs.
  package var sums: PathSums { PathSums(labels + (grid.width * grid.height + 3) / 4 * 4) }

  /// Row `y` of the winners, disparity indices.
  ///
  /// - Precondition: there is that row.
  @_lifetime(borrow self)
  package func winnersRow(_ y: Int) -> MutableSpan<Float> {
    precondition(y >= 0 && y < grid.height, "PathMaps: row \(y) of \(grid.height)")
    let span = MutableSpan(_unsafeStart: winners + y * grid.width, count: grid.width)
    return _overrideLifetime(span, borrowing: self)
  }

  /// Row `y` of the labels: what is known of each winner.
  ///
  /// - Precondition: there is that row.
  @_lifetime(borrow self)
  package func labelsRow(_ y: Int) -> MutableSpan<UInt8> {
    precondition(y >= 0 && y < grid.height, "PathMaps: row \(y) of \(grid.height)")
    let span = MutableSpan(_unsafeStart: labels + y * grid.width, count: grid.width)
    return _overrideLifetime(span, borrowing: self)
  }
}

/// Memory for all sums of path costs, `[H][W][D]` bytes, in somebody's keeping.
package struct PathSums: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>

  /// - Parameter base: memory that outlives its use.
  package init(_ base: UnsafeMutablePointer<UInt8>) { self.base = base }

  /// - Parameter volume: `[H][W][D]`, which outlives its use.
  package init(_ volume: borrowing Volume<UInt8>) { base = volume.storage }
}

extension PathEvidence {
  /// The evidence of both images and the closeness to the winners, of `maps`, whose sums become L.
  ///
  /// - Parameters:
  ///   - scale: the difference of sums that takes the evidence down to 1 / e.
  ///   - bits: labels of which are counted.
  ///   - least: `[2, h, w]`, set to the mean least sum divided by 64, and the share of a block's pixels that have one of `bits`.
  package static func write(
    _ maps: PathMaps, grid: ModuleGrid, scale: Float, bits: UInt8, into tensor: FeatureView, least: FeatureView,
    in context: ComputeContext
  ) {
    precondition(least.shape == grid.blocks(channels: 2), "least sums: \(least.shape)")
    least.clear()
    write(sums: maps.sums.base, grid: grid, scale: scale, into: tensor, least: least, in: context)
    writeCloseness(
      winners: maps.winners, labels: maps.labels, bits: bits, grid: grid, into: tensor, share: least.base + 1,
      sharePixel: least.pixel, in: context)
  }
}

extension ModuleScores {
  /// The disparities and confidences of `maps`, whose sums ``PathEvidence`` has turned into L.
  package static func writeDisparities(
    _ maps: PathMaps, scale: Float, scores: FeatureView, grid: ModuleGrid, into disparities: FeatureView,
    confidence: FeatureView, in context: ComputeContext
  ) {
    writeDisparities(
      evidence: maps.sums.base, scale: scale, winners: maps.winners, scores: scores, grid: grid, into: disparities,
      confidence: confidence, in: context)
  }
}
