internal import Kernels

extension NetworkGraph {
  /// Adds semi-global guided aggregation; see ``SemiGlobalGuided``.
  ///
  /// - Parameters:
  ///   - guidance: `[4 · 5 · C₁₆, H, W]`, not normalised.
  ///   - affine: a batch normalisation that follows, and then ReLU; nil for neither.
  /// - Throws: ``LayerError`` if the guidance does not fit.
  package mutating func semiGlobalGuided(
    _ x: Feature, guidance: Feature, affine: ChannelAffine? = nil
  ) throws(LayerError) -> Feature {
    let expected = SemiGlobalGuided.guidanceShape(for: x.shape)
    guard guidance.shape == expected else {
      throw .unsuitableShape(operation: "SGA", expected: "weights \(expected)", found: "\(guidance.shape)")
    }
    let out = reserve(x.shape)
    step(reading: [x, guidance], writing: out, scratchFloats: SemiGlobalGuided.scratchFloats(x.shape)) { run in
      SemiGlobalGuided.aggregate(
        run.view(x), guidance: run.view(guidance), affine: affine.map { ($0.scale, $0.shift) }, into: run.view(out),
        in: run.context)
    }
    return out
  }

  /// Adds local guided aggregation of `[D, H, W]`, disparities as channels; see ``LocalGuided``.
  ///
  /// - Parameters:
  ///   - guidance: `[75, H, W]`, not normalised.
  ///   - times: how often it is applied with the same weights, at least 1 (2 is the paper's LGA2, 3 its LGA3).
  /// - Throws: ``LayerError`` if the guidance does not fit, or if there is one disparity only.
  package mutating func localGuided(
    _ x: Feature, guidance: Feature, times: Int
  ) throws(LayerError) -> Feature {
    let expected = FeatureShape(height: x.shape.height, width: x.shape.width, channels: LocalGuided.taps)
    guard guidance.shape == expected, x.shape.depth == 1, x.shape.channels > 1, times >= 1 else {
      throw .unsuitableShape(
        operation: "LGA", expected: "at least 2 disparities and weights \(expected)",
        found: "\(x.shape), \(guidance.shape), \(times) times")
    }
    var input = x
    for _ in 0..<times {
      let (from, out) = (input, reserve(x.shape))
      step(reading: [from, guidance], writing: out) { run in
        LocalGuided.aggregate(run.view(from), guidance: run.view(guidance), into: run.view(out), in: run.context)
      }
      input = out
    }
    return input
  }

  /// Adds GA-Net's regression of disparity and spread, two maps `[1, H, W]`, from scores; see ``GuidedRegression``.
  ///
  /// - Parameters:
  ///   - disparities: number of values that the depth of the scores is resampled to.
  ///   - first: weights of the aggregation before the softmax, `[75, H, W]`.
  ///   - second: weights of the one after it.
  /// - Throws: ``LayerError`` if `scores` has more than one channel or the weights do not fit each other.
  package mutating func guidedRegression(
    _ scores: Feature, disparities: Int, first: Feature, second: Feature
  ) throws(LayerError) -> (disparity: Feature, spread: Feature) {
    guard scores.shape.channels == 1, first.shape == second.shape, first.shape.channels == LocalGuided.taps else {
      throw .unsuitableShape(
        operation: "guided regression", expected: "one channel of scores, \(LocalGuided.taps) of weights",
        found: "\(scores.shape), \(first.shape), \(second.shape)")
    }
    let map = FeatureShape(height: first.shape.height, width: first.shape.width, channels: 1)
    let (out, spread) = (reserve(map), reserve(map))
    step(
      reading: [scores, first, second], writing: out, and: spread,
      multiplyAdds: 4 * LocalGuided.taps * disparities * map.pixelCount,
      scratchFloats: GuidedRegression.scratchFloats(scores.shape, size: SIMD3(disparities, map.height, map.width))
    ) { run in
      GuidedRegression.regress(
        run.view(scores), disparities: disparities, first: run.view(first), second: run.view(second),
        into: run.view(out), spread: run.view(spread), in: run.context)
    }
    return (out, spread)
  }
}
