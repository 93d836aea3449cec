/// The plain specification of GA-Net's guided layers; activations and weights in C order, sums in `Double`.
package enum ReferenceGuidedAggregation {
  /// Weights divided by max(Σ|w|, 1e-12).
  package static func normalised(_ weights: [Float]) -> [Double] {
    let sum = weights.reduce(0.0) { $0 + Double(abs($1)) }
    return weights.map { Double($0) / max(sum, 1e-12) }
  }

  /// Semi-global guided aggregation; see ``SemiGlobalGuided``.
  ///
  /// - Parameters:
  ///   - input: `[C, D, H, W]`.
  ///   - guidance: for each direction down, up, right, left `[C, 5, H, W]`, not normalised.
  package static func semiGlobal(_ input: [Float], shape: FeatureShape, guidance: [[Float]]) -> [Float] {
    var output = [Float](repeating: -.infinity, count: input.count)
    for c in 0..<shape.channels {
      for (weights, step) in zip(guidance, [SIMD2(1, 0), SIMD2(-1, 0), SIMD2(0, 1), SIMD2(0, -1)]) {
        for (at, value) in direction(input, shape, channel: c, weights, step) {
          output[at] = max(output[at], Float(value))
        }
      }
    }
    return output
  }

  /// A(p, d) of one channel along `step` = (rows, columns), with the index of every value.
  private static func direction(
    _ input: [Float], _ shape: FeatureShape, channel: Int, _ weights: [Float], _ step: SIMD2<Int>
  ) -> [(Int, Double)] {
    let (depth, height, width) = (shape.depth, shape.height, shape.width)
    var all: [(Int, Double)] = []
    var before: [Int: [Double]] = [:]
    let pixels = (0..<height * width).map { step.x + step.y > 0 ? $0 : height * width - 1 - $0 }
    for p in pixels {
      let (y, x) = (p / width, p % width)
      let q = SIMD2(y, x) &- step
      let hasBefore = q.x >= 0 && q.x < height && q.y >= 0 && q.y < width
      let previous = hasBefore ? before[q.x * width + q.y]! : nil
      let w = normalised((0..<5).map { weights[(channel * 5 + $0) * height * width + p] })
      let line = (0..<depth).map { d -> Double in
        let cost = Double(input[(channel * depth + d) * height * width + p])
        func term(_ k: Int) -> Double {
          guard let previous, k >= 0, k < depth else { return cost }
          return previous[k]
        }
        return w[0] * cost + w[1] * term(d) + w[2] * term(d - 1) + w[3] * term(d + 1) + w[4] * (previous?.max() ?? cost)
      }
      before[p] = line
      for d in 0..<depth { all.append(((channel * depth + d) * height * width + p, line[d])) }
    }
    return all
  }

  /// Local guided aggregation of `[D, H, W]` with weights `[75, H, W]`, not normalised; see ``LocalGuided``.
  package static func local(_ input: [Float], depth: Int, height: Int, width: Int, guidance: [Float]) -> [Float] {
    var output = input
    let plane = height * width
    for p in 0..<plane {
      let w = normalised((0..<75).map { guidance[$0 * plane + p] })
      for d in 0..<depth {
        var sum = 0.0
        for k in 0..<75 {
          let (z, y, x) = (d + k / 25 - 1, p / width + k / 5 % 5 - 2, p % width + k % 5 - 2)
          let isInside = z >= 0 && z < depth && y >= 0 && y < height && x >= 0 && x < width
          sum += w[k] * Double(input[isInside ? z * plane + y * width + x : d * plane + p])
        }
        output[d * plane + p] = Float(sum)
      }
    }
    return output
  }

  /// Disparity and spread of `[D, H, W]` scores at full resolution; see ``GuidedRegression``.
  package static func regression(
    _ scores: [Float], depth: Int, height: Int, width: Int, first: [Float], second: [Float]
  ) -> (disparity: [Float], spread: [Float]) {
    func twice(_ values: [Float], _ guidance: [Float]) -> [Float] {
      (0..<2).reduce(values) { values, _ in
        local(values, depth: depth, height: height, width: width, guidance: guidance)
      }
    }
    let plane = height * width
    let smooth = twice(scores, first)
    var probabilities = ReferenceElementwise.softmax(smooth.map { -$0 }, channels: depth)
    probabilities = twice(probabilities, second)
    var (disparity, spread): ([Float], [Float]) = ([], [])
    for p in 0..<plane {
      let column = (0..<depth).map { Double(probabilities[$0 * plane + p]) }
      let mass = max(column.reduce(0) { $0 + abs($1) }, 1e-12)
      let mean = column.enumerated().reduce(0.0) { $0 + Double($1.offset) * $1.element } / mass
      let variance = column.enumerated().reduce(0.0) {
        $0 + abs($1.element) * (Double($1.offset) - mean) * (Double($1.offset) - mean)
      }
      disparity.append(Float(mean))
      spread.append(Float((variance / mass).squareRoot()))
    }
    return (disparity, spread)
  }
}
