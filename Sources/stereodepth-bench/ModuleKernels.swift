import Kernels
import StereoMatching
import Tensors

/// Kernels of ModuleNet at the size of a KITTI frame, 1226×370 pixels, with 16 modules of 8 disparities.
extension TimedKernel {
  private static let grid = ModuleGrid(width: 1226, height: 370, modules: 16)
  private static let gridSize = "[\(grid.height), \(grid.width)]"
  private static let pixels = grid.width * grid.height

  /// What fills the tensor of evidence, what makes probabilities of it, and what takes the winners.
  static var modules: [TimedKernel] {
    [
      onTensor("census distances, 16 modules") { maps, context in
        CensusDistance.write(
          left: maps.strings, right: maps.strings, grid: grid, scale: 0.25, into: maps.tensor.view, in: context)
      },
      onTensor("path evidence, 16 modules") { maps, context in
        maps.sums.withUnsafeMutableBufferPointer { sums in
          PathEvidence.write(
            sums: sums.baseAddress!, grid: grid, scale: 16, into: maps.tensor.view, least: maps.least.view, in: context)
        }
      },
      onTensor("closeness to winners, 16 modules") { maps, context in
        maps.share.withUnsafeMutableBufferPointer { share in
          PathEvidence.writeCloseness(
            winners: maps.winners, labels: maps.labels, bits: 64, grid: grid, into: maps.tensor.view,
            share: share.baseAddress!, sharePixel: 1, in: context)
        }
      },
      onTensor("posterior, 16 modules") { maps, context in
        ModuleScores.writePosterior(
          tensor: maps.tensor.view, scores: .map(maps.scores.view), grid: grid, into: maps.posterior.view, in: context)
      },
      onTensor("winners, 16 modules") { maps, context in
        ModuleScores.writeDisparities(
          evidence: maps.sums, scale: 16, winners: maps.winners, scores: maps.scores.view, grid: grid,
          into: maps.disparities.view, confidence: maps.confidence.view, in: context)
      },
    ]
  }

  /// What ModuleNet holds between its stages.
  private final class Maps {
    let tensor = Activation(grid.blocks(channels: ModuleGrid.tensorChannels * grid.modules))
    let scores = Activation(grid.blocks(channels: ModuleGrid.scoreChannels * grid.modules))
    let posterior = Activation(grid.blocks(channels: ModuleGrid.scoreChannels * grid.modules))
    let least = Activation(grid.blocks(channels: 2))
    let disparities = Activation(FeatureShape(height: grid.height, width: grid.width, channels: 1))
    let confidence = Activation(FeatureShape(height: grid.height, width: grid.width, channels: 1))
    let strings = Plane(
      width: grid.width, height: grid.height,
      samples: (0..<pixels).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) })
    let winners = (0..<pixels).map { Float($0 / 40 % 128) }
    let labels = [UInt8](repeating: 0, count: pixels)
    var sums = (0..<pixels * grid.disparities).map { UInt8($0 % 97) }
    var share = [Float](repeating: 0, count: grid.blockRows * grid.blockColumns)

    init() {
      // Evidence is a probability: more than 0.
      for i in 0..<tensor.view.shape.floatCount { tensor.view.base[i] = abs(tensor.view.base[i]) + 0.01 }
    }
  }

  private static func onTensor(_ name: String, _ body: @escaping (Maps, ComputeContext) -> Void) -> TimedKernel {
    TimedKernel(name: name, size: gridSize, work: .cells(pixels * grid.disparities)) { context in
      let maps = Maps()
      return { body(maps, context) }
    }
  }
}
