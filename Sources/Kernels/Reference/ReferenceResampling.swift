/// The plain specification of linear interpolation and of the regression of disparity; `[C, D, H, W]` in C order.
package enum ReferenceResampling {
  /// The two neighbours of output sample `i` of `m` among `n` input samples, and the share of the upper one.
  static func position(_ i: Int, _ n: Int, _ m: Int, _ alignCorners: Bool) -> (lower: Int, upper: Int, share: Double) {
    let at =
      alignCorners
      ? (m > 1 ? Double(i) * Double(n - 1) / Double(m - 1) : 0)
      : max(0, (Double(i) + 0.5) * Double(n) / Double(m) - 0.5)
    let lower = min(Int(at), n - 1)
    return (lower, min(lower + 1, n - 1), at - Double(lower))
  }

  /// Trilinear interpolation to `extents`.
  package static func resize(
    _ input: [Float], shape: FeatureShape, to extents: SIMD3<Int>, alignCorners: Bool
  ) -> [Float] {
    var output: [Float] = []
    for c in 0..<shape.channels {
      for z in 0..<extents.x {
        let pz = position(z, shape.depth, extents.x, alignCorners)
        for y in 0..<extents.y {
          let py = position(y, shape.height, extents.y, alignCorners)
          for x in 0..<extents.z {
            let px = position(x, shape.width, extents.z, alignCorners)
            var sum = 0.0
            for (iz, wz) in [(pz.lower, 1 - pz.share), (pz.upper, pz.share)] {
              for (iy, wy) in [(py.lower, 1 - py.share), (py.upper, py.share)] {
                for (ix, wx) in [(px.lower, 1 - px.share), (px.upper, px.share)] {
                  let at = ((c * shape.depth + iz) * shape.height + iy) * shape.width + ix
                  sum += wz * wy * wx * Double(input[at])
                }
              }
            }
            output.append(Float(sum))
          }
        }
      }
    }
    return output
  }

  /// Mean and standard deviation of k under softmax(sign · scores)_k over the first axis of `[D, H, W]`.
  package static func softArgmin(_ scores: [Float], depth: Int, sign: Float) -> (mean: [Float], spread: [Float]) {
    let pixels = scores.count / depth
    var (means, spreads): ([Float], [Float]) = ([], [])
    for i in 0..<pixels {
      let column = (0..<depth).map { Double(sign) * Double(scores[$0 * pixels + i]) }
      let greatest = column.max() ?? 0
      let powers = column.map { Double.exponential($0 - greatest) }
      let sum = powers.reduce(0, +)
      let mean = powers.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element } / sum
      let variance = powers.enumerated().reduce(0) {
        $0 + (Double($1.offset) - mean) * (Double($1.offset) - mean) * $1.element
      }
      means.append(Float(mean))
      spreads.append(Float((variance / sum).squareRoot()))
    }
    return (means, spreads)
  }
}
