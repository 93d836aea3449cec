internal import CKernels

/// What the modules say together of the scores that each gave.
///
/// A module scores its candidates u, its class "out of my range" o and two gates g, h. With the evidence e of the left image
/// and the closeness q of its tensor
///
///     z(k, c) = 4 σ(g) · ln e(k, c) + 4 σ(h) · q(k, c) + u(k, c) − o(k),     P = softmax of z over all modules and candidates
///
/// A module that thinks the disparity out of its range (o large) takes all of its candidates back: winner-takes-all over the
/// modules side by side. Source: our design, in the spirit of Renteria-Vidales et al., ModuleNet, MCPR 2020.
package enum ModuleScores {
  /// Writes P of every module's candidates, the mass of smaller and that of greater disparities.
  ///
  /// - Parameters:
  ///   - tensor: `[32 · modules, ⌈H / 4⌉, ⌈W / 4⌉]`.
  ///   - scores: `[16 · modules, …]`, 11 used of every 16; or one module's 16 for all of them.
  ///   - posterior: `[16 · modules, …]`, 10 used of every 16.
  package static func writePosterior(
    tensor: FeatureView, scores: Source, grid: ModuleGrid, into posterior: FeatureView, in context: ComputeContext
  ) {
    grid.require(tensor, ModuleGrid.tensorChannels, "posterior")
    grid.require(posterior, ModuleGrid.scoreChannels, "posterior")
    let repeated: [Float]
    let (base, pixel): (UnsafePointer<Float>?, Int)
    switch scores {
    case .map(let view):
      grid.require(view, ModuleGrid.scoreChannels, "scores")
      (repeated, base, pixel) = ([], UnsafePointer(view.base), view.pixel)
    case .everywhere(let module):
      precondition(module.count == ModuleGrid.scores, "\(module.count) scores of a module, not \(ModuleGrid.scores)")
      let padded = module + [Float](repeating: 0, count: ModuleGrid.scoreChannels - module.count)
      (repeated, base, pixel) = ((0..<grid.modules).flatMap { _ in padded }, nil, 0)
    }
    let map = Unshared(value: base)
    context.items(grid.blockRows) { item, _ in
      var shape = grid.shape
      repeated.withUnsafeBufferPointer { everywhere in
        sd_module_posterior(
          context.instructionSet.code, &shape, tensor.base, map.value ?? everywhere.baseAddress!, Int32(pixel),
          posterior.base, item)
      }
    }
  }

  /// Where scores come from.
  package enum Source: Sendable {
    /// A map of every block's scores, `[16 · modules, ⌈H / 4⌉, ⌈W / 4⌉]`.
    case map(FeatureView)
    /// The same scores of a module for all modules of all blocks.
    case everywhere([Float])
  }

  /// Writes disparities and confidence of every pixel from scores interpolated between the centres of blocks.
  ///
  ///     disparity  = Σ d P(d) / Σ P(d) over |d − m| ≤ 2, m the winner
  ///     confidence = that Σ P(d) · (1 − the winning module's own probability of "out of my range")
  ///
  /// - Parameters:
  ///   - evidence: `[H][W][D]`, L as ``PathEvidence`` leaves it.
  ///   - scale: that of ``PathEvidence``.
  ///   - winners: `[H][W]` disparity indices that closeness is measured from.
  ///   - disparities: `[1, H, W]`; `confidence` alike, 0 … 1.
  package static func writeDisparities(
    evidence: UnsafePointer<UInt8>, scale: Float, winners: UnsafePointer<Float>, scores: FeatureView, grid: ModuleGrid,
    into disparities: FeatureView, confidence: FeatureView, in context: ComputeContext
  ) {
    grid.require(scores, ModuleGrid.scoreChannels, "scores")
    let image = FeatureShape(height: grid.height, width: grid.width, channels: 1)
    precondition(
      disparities.shape == image && confidence.shape == image,
      "disparities \(disparities.shape), confidence \(confidence.shape), not \(image)")
    let maps = Unshared(value: (evidence: evidence, winners: winners))
    var shape = grid.shape
    context.items(grid.height, scratchFloats: sd_module_winners_scratch_floats(&shape)) { item, scratch in
      var shape = grid.shape
      sd_module_winners(
        context.instructionSet.code, &shape, maps.value.evidence, scale, maps.value.winners, scores.base,
        disparities.base, confidence.base, item, scratch)
    }
  }
}
