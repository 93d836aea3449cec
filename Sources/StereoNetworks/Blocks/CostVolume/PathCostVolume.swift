package import Kernels
package import NeuralNetwork
internal import StereoCore
internal import StereoMatching
internal import Tensors

/// Semi-global matching as a step of a network: all sums of path costs, and the refined winners.
///
/// The sweep is ``StereoMatching/SweepNumbers/ofModuleNet``: 31 bits of census, four paths. Winners are checked against
/// the right image's, filtered and filled as `sgm` does it.
package struct PathCostVolume: Sendable {
  /// Where the maps lie: winners `[H][W]` floats, labels `[H][W]` bytes, sums `[H][W][D]` bytes, behind each other.
  package let maps: Feature
  private let size: PixelSize
  private let disparities: Int

  /// Adds the step that computes them from prepared images (`[3, H, W]`, colours 0 … 1).
  package init(_ graph: inout NetworkGraph, _ left: Feature, _ right: Feature, disparities: Int) {
    let size = PixelSize(width: left.shape.width, height: left.shape.height)
    let pixels = size.width * size.height
    let floats = pixels + (pixels + 3) / 4 + (pixels * disparities + 3) / 4
    let maps = graph.reserve(FeatureShape(height: 1, width: floats, channels: 1))
    self.size = size
    self.disparities = disparities
    self.maps = maps
    let volume = self
    // Two gray images, the matcher's maps and a result: see SweepEngine.
    graph.step(reading: [left, right], writing: maps, scratchFloats: 16 * pixels) { run in
      volume.match(run.view(left), run.view(right), into: run.view(maps).base, in: run.context)
    }
  }

  /// The refined winners.
  package func winners(_ maps: FeatureView) -> UnsafeMutablePointer<Float> { maps.base }

  /// What is known of each winner: bytes of ``StereoCore/Validity``.
  package func labels(_ maps: FeatureView) -> UnsafeMutablePointer<UInt8> {
    UnsafeMutableRawPointer(maps.base + size.width * size.height).assumingMemoryBound(to: UInt8.self)
  }

  /// The sums of path costs.
  package func sums(_ maps: FeatureView) -> UnsafeMutablePointer<UInt8> {
    labels(maps) + (size.width * size.height + 3) / 4 * 4
  }

  private func match(
    _ left: FeatureView, _ right: FeatureView, into base: UnsafeMutablePointer<Float>, in context: ComputeContext
  ) {
    if context.isCancelled { return }
    let range = DisparityRange(0..<disparities)
    let options = MatchingOptions(parallel: context.parallel, instructionSet: context.instructionSet)
    let view = FeatureView(base, shape: maps.shape)
    do {
      let pair = try RectifiedPair(
        left: Image(format: .gray8, bytes: Self.gray(left)), right: Image(format: .gray8, bytes: Self.gray(right)))
      let engine = try SweepRecipe(.ofModuleNet).engine(over: range, options: options)
      var result = StereoResult(size: size, range: range)
      try engine.match(pair, into: &result, in: context, sums: sums(view))
      for y in 0..<size.height {
        let (winners, labels) = (result.left.disparities.row(y), result.left.validity.row(y))
        let (to, bits) = (self.winners(view) + y * size.width, self.labels(view) + y * size.width)
        for x in 0..<size.width {
          to[x] = winners[x]
          bits[x] = labels[x].rawValue
        }
      }
    } catch StereoError.cancelled {
      return
    } catch {
      preconditionFailure("semi-global matching of \(size), \(disparities) disparities: \(error)")
    }
  }

  /// Luma 0.299 R + 0.587 G + 0.114 B of prepared colours, 0 … 255.
  static func gray(_ image: FeatureView) -> Plane<UInt8> {
    var gray = Plane<UInt8>(width: image.shape.width, height: image.shape.height, repeating: 0)
    for y in 0..<gray.height {
      var row = gray.mutableRow(y)
      for x in row.indices {
        let colour = image.base + (y * image.shape.width + x) * image.pixel
        let luma = 255 * (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2])
        row[x] = UInt8(max(0, min(255, luma.rounded())))
      }
    }
    return gray
  }
}
