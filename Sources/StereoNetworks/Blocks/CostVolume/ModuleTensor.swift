package import Kernels
package import NeuralNetwork
internal import StereoCore
internal import StereoMatching
internal import Tensors

/// What the modules of ModuleNet see of a pair: see ``ModuleNet``.
package struct ModuleTensor: Sendable {
  /// `[32 · modules, h, w]`: of every module census distances, evidence of the left and of the right image, closeness.
  package let tensor: Feature
  /// `[2, h, w]`: mean least sum of path costs divided by 64, share of filled pixels.
  package let least: Feature
  /// `[1, H, W]`: gray / 128 − 1 of the left image.
  package let image: Feature
  /// Sums, which have become L of ``PathEvidence``, and winners.
  package let paths: PathCostVolume

  /// Factor of the census distances, bits.
  package static let distanceScale: Float = 1 / 16
  /// Difference of the sums of path costs, bits, that takes evidence down to 1 / e.
  package static let evidenceScale: Float = 16

  /// Adds the steps that compute it from prepared images (`[3, H, W]`, colours 0 … 1).
  package init(_ graph: inout NetworkGraph, _ left: Feature, _ right: Feature, grid: ModuleGrid) {
    let tensor = graph.reserve(grid.blocks(channels: ModuleGrid.tensorChannels * grid.modules))
    let least = graph.reserve(grid.blocks(channels: 2))
    let image = graph.reserve(FeatureShape(height: grid.height, width: grid.width, channels: 1))
    graph.beginStage("semi-global matching")
    let paths = PathCostVolume(&graph, left, right, disparities: grid.disparities)
    graph.beginStage("census distance tensor")
    graph.step(reading: [left], writing: image) { run in
      Self.writeGray(run.view(left), into: run.view(image))
    }
    graph.step(reading: [left, right], writing: tensor, scratchFloats: 3 * grid.width * grid.height) { run in
      CensusDistance.write(
        left: Self.strings(run.view(left), run.context), right: Self.strings(run.view(right), run.context), grid: grid,
        scale: Self.distanceScale, into: run.view(tensor), in: run.context)
    }
    graph.step(reading: [paths.maps, least], writing: tensor) { run in
      PathEvidence.write(
        paths.maps(of: run), grid: grid, scale: Self.evidenceScale, bits: Validity.filled.rawValue,
        into: run.view(tensor), least: run.view(least), in: run.context)
    }
    (self.tensor, self.least, self.image, self.paths) = (tensor, least, image, paths)
  }

  private static func strings(_ image: FeatureView, _ context: ComputeContext) -> Plane<UInt32> {
    CensusDistance.strings(
      PathCostVolume.gray(image), pattern: SweepSettings.checkeredAndSymmetric, in: context)
  }

  private static func writeGray(_ left: FeatureView, into image: FeatureView) {
    let gray = PathCostVolume.gray(left)
    for y in 0..<gray.height {
      let row = gray.row(y)
      var to = image.mutableRow(y)
      for x in row.indices { to[x] = Float(row[x]) / 128 - 1 }
    }
  }
}
