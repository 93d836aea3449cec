internal import Kernels
package import NeuralNetwork

/// A U-Net over the tensor of one module: one stage of ModuleNet's cascade, its weights shared by all modules.
///
///     x  = f(tensor(T) + posterior(P) + guide(G))       1×1, 1×1, 3×3 convolutions at a quarter of the resolution
///     x0 = f(enter(x)),  x1 = f(level1(f(down1(x0)))),  x2, x3 alike      each level half the resolution of the one before
///     y  = f(merge2(f(↑up2(x3) + x2))),  down to merge0;  ↑ linear to the size of what is added
///     scores = scores(y)                                1×1: u of the candidates, o, both gates
///
/// f is the leaky ReLU of slope 0.1; nothing is normalised. Source: Ronneberger et al., U-Net, MICCAI 2015, with additions in
/// place of concatenations; widths are those of the file (32, 64, 96, 128 in the bundled one).
package struct ModuleUNet: Sendable {
  private let guide, tensor, posterior, enter, scores: ConvolutionLayer
  private let down, levels, up, merges: [ConvolutionLayer]

  /// Slope of the leaky ReLU.
  package static let slope: Float = 0.1

  /// Describes the layers below `path`.
  package init(_ layers: LayerReader, _ path: String, guideChannels: Int) {
    func convolution(
      _ name: String, _ ins: Int, _ outs: Int? = nil, kernel: Int = 3, stride: Int = 1
    ) -> ConvolutionLayer {
      layers.convolution(
        "\(path).\(name)", hasBias: true,
        ConvolutionGeometry(
          spatial: 2, inChannels: ins, outChannels: outs ?? layers.outChannels("\(path).\(name)", spatial: 2),
          kernel: kernel, stride: stride, padding: kernel / 2))
    }
    tensor = convolution("tensor", ModuleGrid.tensorChannels, kernel: 1)
    let first = tensor.geometry.outChannels
    posterior = convolution("posterior", ModuleGrid.posterior, first, kernel: 1)
    guide = convolution("guide", guideChannels, first)
    enter = convolution("enter", first, first)
    var widths = [first]
    var (down, levels): ([ConvolutionLayer], [ConvolutionLayer]) = ([], [])
    for n in 1...3 {
      down.append(convolution("down\(n)", widths[n - 1], stride: 2))
      widths.append(down[n - 1].geometry.outChannels)
      levels.append(convolution("level\(n)", widths[n], widths[n]))
    }
    (self.down, self.levels) = (down, levels)
    up = (0..<3).map { convolution("up\($0)", widths[$0 + 1], widths[$0], kernel: 1) }
    merges = (0..<3).map { convolution("merge\($0)", widths[$0], widths[$0]) }
    scores = convolution("scores", first, ModuleGrid.scores, kernel: 1)
  }

  /// Adds the part of the first convolutions that all modules share.
  package func shared(_ graph: inout NetworkGraph, _ guide: Feature) throws(LayerError) -> Feature {
    try graph.convolution(self.guide, guide)
  }

  /// Adds the U-Net of one module, its scores written to `target`.
  ///
  /// - Parameters:
  ///   - tensor: `[32, h, w]`, `posterior` `[10, h, w]`: of the module.
  ///   - shared: what ``shared(_:_:)`` gave.
  ///   - target: `[11, h, w]`.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ tensor: Feature, _ posterior: Feature, shared: Feature, into target: Feature
  ) throws(LayerError) {
    let slope = Self.slope
    var x = try graph.convolution(self.tensor, tensor, adding: shared)
    x = try graph.convolution(self.posterior, posterior, adding: x, slope: slope, into: x)
    var skips = [try graph.convolution(enter, x, slope: slope)]
    for n in 0..<3 {
      let y = try graph.convolution(down[n], skips[n], slope: slope)
      skips.append(try graph.convolution(levels[n], y, slope: slope))
    }
    var y = skips[3]
    for n in (0..<3).reversed() {
      let raised = graph.resize(
        try graph.convolution(up[n], y), to: skips[n].shape.extents, alignCorners: false)
      y = try graph.convolution(
        merges[n], try graph.add(raised, skips[n], slope: slope, into: raised), slope: slope)
    }
    let scores = try graph.convolution(self.scores, y, into: target)
    precondition(scores == target, "scores of a module were not written where they belong")
  }
}
