internal import Glibc
internal import Kernels
package import NeuralNetwork

/// The probability that a regressed disparity is within 3 pixels of the truth, from the spread of its distribution.
///
///     confidence = 1 / (1 + exp(−z)),   z = b₀ + b₁ · ln(σ + ½)
///
/// with σ the standard deviation, pixels, of the distribution over disparities whose mean the disparity is. A narrow
/// distribution gives a high confidence, one with two far peaks a low one; ½ pixel is what the grid of disparities cannot
/// tell apart.
package enum SpreadConfidence {
  /// b₀.
  package static let bias: Float = 3
  /// b₁.
  package static let ofLogarithm: Float = -1.5

  /// The probability for a spread in pixels.
  package static func probability(spread: Float) -> Float {
    1 / (1 + exp(-(bias + ofLogarithm * log(spread + 0.5))))
  }
}

extension NetworkGraph {
  /// Ends a network whose disparities are means of distributions with the given spread, both `[1, H, W]`, pixels.
  package func regressed(_ left: Feature, _ right: Feature, disparity: Feature, spread: Feature) -> StereoGraph {
    var graph = self
    let confidence = graph.destination(spread, spread.shape)
    graph.step(reading: [spread], writing: confidence) { run in
      let (from, to) = (run.view(spread), run.view(confidence))
      let width = from.shape.width
      run.context.items(from.shape.height) { item, _ in
        for i in Int(item) * width..<(Int(item) + 1) * width {
          to.base[i] = SpreadConfidence.probability(spread: from.base[i])
        }
      }
    }
    graph.output(disparity)
    graph.output(confidence)
    return StereoGraph(graph: graph, left: left, right: right, disparity: disparity, confidence: confidence)
  }
}
