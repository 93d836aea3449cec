public import StereoCore
package import Tensors

/// A ``MatchingPipeline`` as a method that the facade can run; keeps the memory of its volumes and maps from frame to frame.
public final class PipelineMethod: StereoMethod {
  /// What is run.
  public let pipeline: MatchingPipeline
  /// The disparities that it searches.
  public let range: DisparityRange

  /// Volumes and maps between frames.
  package let memory = StoragePool()

  /// - Parameters:
  ///   - pipeline: what is run.
  ///   - range: the disparities that it searches.
  public init(_ pipeline: MatchingPipeline, range: DisparityRange) {
    self.pipeline = pipeline
    self.range = range
  }

  /// Memory: the cost volume, a second one while an optimisation or aggregation works, a third one where the right image has
  /// its own costs; and some forty bytes a pixel for maps and census.
  public func plan(for size: PixelSize) throws(StereoError) -> RunPlan {
    let pixels = size.width * size.height
    let (cells, overflow) = pixels.multipliedReportingOverflow(by: range.count * MemoryLayout<Float>.stride)
    guard !overflow, cells < Int.max / 4 else {
      throw .invalidImage(
        operation: "matching", expected: "a cost volume that memory can address",
        found: "\(size) pixels times \(range.count) disparities")
    }
    let maps = 40 * pixels
    var volumes = pipeline.optimisation == nil ? 1 : 2
    if case .fromOwnCosts = pipeline.rightDisparities { volumes += 1 }
    // Two doubles for every pixel and disparity of a slab.
    let aggregates = !(pipeline.aggregations.isEmpty && pipeline.furtherAggregations.isEmpty)
    let slab = aggregates ? pixels * 16 * min(range.count, SupportRegionMean.slabDepth) : 0
    return RunPlan(stages: [
      RunPlan.Stage(name: "matching cost", bytes: cells + maps, multiplyAdds: 0),
      RunPlan.Stage(name: "optimisation", bytes: volumes * cells + slab + maps, multiplyAdds: 0),
      RunPlan.Stage(name: "refinement", bytes: cells + maps, multiplyAdds: 0),
    ])
  }

  /// Matches one pair; from the second frame of a size on, nothing large is allocated.
  public func match(
    _ pair: borrowing RectifiedPair, into result: inout StereoResult, progress: RunProgress
  ) throws(StereoError) {
    try memory.lend { () throws(StereoError) in result = try pipeline.match(pair, over: range, progress: progress) }
  }
}
