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
///
/// The coefficients are those of a logistic regression over pixels with ground truth: crops of KITTI 2012 frames, PSMNet with the
/// authors' KITTI 2015 weights, every frame with one weight. `Models/training/confidence/fit_spread.py` makes them. On the
/// validation frames the area under the sparsification curve is 1.3 % (optimum 0.3 %, no order 4.4 %); of the 86 % of the pixels
/// with a confidence above 0.98 (mean 0.992) 99.0 % are right, of those between 0.6 and 0.8 (mean 0.72) 54 %, below 0.2 24 %: the order
/// holds, low values are the least exact. For other networks the order is meant, the probability is not calibrated.
package enum SpreadConfidence {
  // Beside each coefficient: its interval over 40 resamplings of the 12 training frames (95 %).
  /// b₀ [8.47, 10.66].
  package static let bias: Float = 9.4710
  /// b₁ [−10.89, −6.74]: half the odds for each 8 % more spread.
  package static let ofLogarithm: Float = -8.5749

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
      run.context.bands(from.shape.height) { y in
        let spreads = from.row(y)
        var row = to.mutableRow(y)
        for x in spreads.indices { row[x] = SpreadConfidence.probability(spread: spreads[x]) }
      }
    }
    graph.output(disparity)
    graph.output(confidence)
    return StereoGraph(graph: graph, left: left, right: right, disparity: disparity, confidence: confidence)
  }
}
