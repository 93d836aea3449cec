package import Kernels
package import NeuralNetwork
package import StereoCore
package import StereoMatching

/// ModuleNet: modules of eight candidate disparities side by side, each a segmentation with one more class, "out of my range".
///
/// A module sees, in blocks of 4 × 4 pixels, the census distances of its candidates, the evidence of semi-global matching's path
/// costs from both images, the closeness to its refined winners (``ModuleTensor``), and the posterior of all modules so far: of
/// its candidates, and the mass of smaller and of greater disparities. A U-Net, the same for every module, answers with scores;
/// ``ModuleScores`` joins them to a new posterior, which the second U-Net of the cascade sees. Scores are interpolated to pixels
/// and added to the path costs there; the winner takes all, with the mean of the two candidates on either side for sub-pixels.
/// Any number of modules works: the range is a multiple of 8.
///
/// Source: Renteria-Vidales et al., ModuleNet, MCPR 2020, of which only the idea is published: the census distance tensor,
/// modules with one class more, weights shared by the modules, cascaded U-Nets. Sizes, inputs, the exchange of posteriors, and
/// everything about training are ours; no parity with the paper's numbers can be claimed.
package struct ModuleNet: StereoNetwork {
  /// What the command line says of it.
  package static let card = ModelCard(
    name: "modulenet",
    paper: "Renteria-Vidales et al., ModuleNet, MCPR 2020 (the idea; this design and training are ours)",
    purpose: "accurate maps in half a second without weights to look for: streets, and rooms nearly as well",
    sizeDivisor: 1, disparityDivisor: ModuleGrid.candidates,
    checkpoints: "what Models/training/modulenet trains")

  /// That of its own probabilities.
  package var confidence: SeenConfidence { .modules }
  /// Colours 0 … 1; no frame around the images.
  package let preparation = ImagePreparation(mean: .zero, deviation: .one, divisor: 1)

  /// Gates of evidence and closeness in a module that adds nothing: the posterior that the first stage sees.
  package static let untrainedGates: [Float] = [-2, -1.1]

  private let image: [ConvolutionLayer]
  private let least, join: ConvolutionLayer
  private let stages: [(name: String, network: ModuleUNet)]
  /// Bytes of the packed weights.
  package let packedBytes: Int

  /// Reads a file of Models/training/modulenet.
  package init(_ weights: WeightStore, conventions: [String: String], in context: ComputeContext) throws {
    let layers = LayerReader(weights)
    func convolution(_ name: String, _ ins: Int, kernel: Int, stride: Int = 1) -> ConvolutionLayer {
      layers.convolution(
        "guide.\(name)", hasBias: true,
        ConvolutionGeometry(
          spatial: 2, inChannels: ins, outChannels: layers.outChannels("guide.\(name)", spatial: 2), kernel: kernel,
          stride: stride, padding: kernel / 2))
    }
    let first = convolution("image1", 1, kernel: 3, stride: 2)
    image = [first, convolution("image2", first.geometry.outChannels, kernel: 3, stride: 2)]
    least = convolution("least", 2, kernel: 1)
    join = convolution("join", image[1].geometry.outChannels, kernel: 3)
    let channels = join.geometry.outChannels
    stages = ["first", "second"].map { ($0, ModuleUNet(layers, $0, guideChannels: channels)) }
    try layers.finish(in: context)
    packedBytes = layers.packedBytes
  }

  /// The network on images of the given size.
  package func graph(frame: PixelSize, disparities: Int, keepsRecords: Bool) throws(LayerError) -> StereoGraph {
    guard disparities <= greatestSweepCount else {
      throw .unsuitableShape(
        operation: Self.card.name, expected: "at most \(greatestSweepCount) disparities", found: "\(disparities)")
    }
    var graph = NetworkGraph(keepsRecords: keepsRecords)
    let input = FeatureShape(height: frame.height, width: frame.width, channels: 3)
    let (left, right) = (graph.input(input), graph.input(input))
    let grid = ModuleGrid(width: frame.width, height: frame.height, modules: disparities / ModuleGrid.candidates)
    let seen = ModuleTensor(&graph, left, right, grid: grid)
    graph.record("tensor", seen.tensor)
    graph.record("least", seen.least)
    graph.beginStage("guide")
    let guide = try self.guide(&graph, seen)
    graph.record("guide", guide)
    var posterior = posterior(&graph, seen, .everywhere(ModuleGrid.untrainedScores), grid: grid)
    var scores: Feature?
    for (name, network) in stages {
      scores = try self.scores(&graph, network, name, seen, posterior, guide: guide, grid: grid)
      graph.record("\(name).scores", scores!)
      guard name == "first" else { continue }
      graph.beginStage("first posterior")
      posterior = self.posterior(&graph, seen, .map(scores!), grid: grid)
      graph.record("first.posterior", posterior)
    }
    graph.beginStage("winner-takes-all")
    return winners(graph, left, right, seen, scores!, grid: grid)
  }

  /// Adds what the left image and the least sums say to every module, `[G, h, w]`.
  private func guide(_ graph: inout NetworkGraph, _ seen: ModuleTensor) throws(LayerError) -> Feature {
    let slope = ModuleUNet.slope
    let fine = try graph.convolution(image[0], seen.image, slope: slope)
    let coarse = try graph.convolution(image[1], fine)
    let both = try graph.convolution(least, seen.least, adding: coarse, slope: slope)
    return try graph.convolution(join, both, slope: slope)
  }

  /// Where the scores of a posterior come from.
  private enum ScoreSource: Sendable {
    case map(Feature)
    case everywhere([Float])
  }

  /// Adds the posterior of all modules, `[16 · modules, h, w]`.
  private func posterior(
    _ graph: inout NetworkGraph, _ seen: ModuleTensor, _ source: ScoreSource, grid: ModuleGrid
  ) -> Feature {
    let out = graph.reserve(grid.blocks(channels: ModuleGrid.scoreChannels * grid.modules))
    let tensor = seen.tensor
    switch source {
    case .everywhere(let scores):
      graph.step(reading: [tensor], writing: out) { run in
        ModuleScores.writePosterior(
          tensor: run.view(tensor), scores: .everywhere(scores), grid: grid, into: run.view(out), in: run.context)
      }
    case .map(let scores):
      graph.step(reading: [tensor, scores], writing: out) { run in
        ModuleScores.writePosterior(
          tensor: run.view(tensor), scores: .map(run.view(scores)), grid: grid, into: run.view(out), in: run.context)
      }
    }
    return out
  }

  /// Adds the U-Net of a stage for every module; returns the scores, `[16 · modules, h, w]`.
  private func scores(
    _ graph: inout NetworkGraph, _ network: ModuleUNet, _ name: String, _ seen: ModuleTensor, _ posterior: Feature,
    guide: Feature, grid: ModuleGrid
  ) throws(LayerError) -> Feature {
    graph.beginStage("\(name) stage")
    let shared = try network.shared(&graph, guide)
    let scores = graph.reserve(grid.blocks(channels: ModuleGrid.scoreChannels * grid.modules))
    for k in 0..<grid.modules {
      graph.beginStage("\(name) stage, module \(k + 1) of \(grid.modules)")
      let first = k * ModuleGrid.scoreChannels
      try network(
        &graph,
        graph.channels(of: seen.tensor, from: k * ModuleGrid.tensorChannels, count: ModuleGrid.tensorChannels),
        graph.channels(of: posterior, from: first, count: ModuleGrid.posterior), shared: shared,
        into: graph.channels(of: scores, from: first, count: ModuleGrid.scores))
    }
    return scores
  }

  /// Adds disparities and confidence, and closes the graph.
  private func winners(
    _ open: NetworkGraph, _ left: Feature, _ right: Feature, _ seen: ModuleTensor, _ scores: Feature, grid: ModuleGrid
  ) -> StereoGraph {
    var graph = open
    let shape = FeatureShape(height: grid.height, width: grid.width, channels: 1)
    let (disparity, confidence) = (graph.reserve(shape), graph.reserve(shape))
    let paths = seen.paths
    graph.step(reading: [paths.maps, scores, confidence], writing: disparity) { run in
      let maps = run.view(paths.maps)
      ModuleScores.writeDisparities(
        evidence: paths.sums(maps), scale: ModuleTensor.evidenceScale, winners: paths.winners(maps),
        scores: run.view(scores), grid: grid, into: run.view(disparity), confidence: run.view(confidence),
        in: run.context)
    }
    graph.output(disparity)
    graph.output(confidence)
    return StereoGraph(graph: graph, left: left, right: right, disparity: disparity, confidence: confidence)
  }
}

extension ModuleGrid {
  /// Scores of a module that adds nothing.
  fileprivate static var untrainedScores: [Float] {
    [Float](repeating: 0, count: candidates + 1) + ModuleNet.untrainedGates
  }
}
