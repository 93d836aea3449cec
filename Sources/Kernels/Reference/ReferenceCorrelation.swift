/// The plain specification of correlation, warping and the tent resampling; `[C, H, W]` in C order, sums in `Double`.
package enum ReferenceCorrelation {
  /// `[rows · columns, H, W]` of two maps `[C, H, W]`; see ``Correlation``.
  package static func correlate(
    _ left: [Float], _ right: [Float], map: FeatureShape, _ grid: Correlation, slope: Float = 1
  ) -> [Float] {
    var output: [Float] = []
    for cell in 0..<grid.channels {
      let dy = grid.firstY + cell / grid.columns * grid.step
      let dx = grid.firstX + cell % grid.columns * grid.step
      for y in 0..<map.height {
        for x in 0..<map.width {
          var sum = 0.0
          if y + dy >= 0 && y + dy < map.height && x + dx >= 0 && x + dx < map.width {
            for c in 0..<map.channels {
              let row = c * map.height
              sum +=
                Double(left[(row + y) * map.width + x]) * Double(right[(row + y + dy) * map.width + x + dx])
            }
          }
          output.append(ReferenceElementwise.activate(Float(sum / Double(map.channels)), slope: slope))
        }
      }
    }
    return output
  }

  /// `[C, H, W]` moved by `displacement` `[H, W]`; see ``Warping``.
  package static func warp(_ input: [Float], shape: FeatureShape, by displacement: [Float]) -> [Float] {
    var output: [Float] = []
    for c in 0..<shape.channels {
      for y in 0..<shape.height {
        let row = (c * shape.height + y) * shape.width
        for x in 0..<shape.width {
          let at = Double(Float(x) + displacement[y * shape.width + x])
          guard at >= 0, at < Double(shape.width) else {
            output.append(0)
            continue
          }
          let lower = Int(at)
          let (a, b) = (Double(input[row + lower]), Double(input[row + min(lower + 1, shape.width - 1)]))
          output.append(Float(a + (b - a) * (at - Double(lower))))
        }
      }
    }
    return output
  }

  /// `[C, H′, W′]` by the two-dimensional definition; see ``TentResampling``.
  package static func tentResample(
    _ input: [Float], shape: FeatureShape, to size: SIMD2<Int>, antialias: Bool = true
  ) -> [Float] {
    let (fy, fx) = (Double(shape.height) / Double(size.x), Double(shape.width) / Double(size.y))
    let widens = antialias && (fx > 1 || fy > 1)
    func tent(_ k: Int, _ at: Double, _ f: Double, _ count: Int) -> Double {
      let a = widens ? 1 / f : 1
      let radius = f < 1 ? 2 : (2 / a).rounded(.up)
      if k < 0 || k >= count || abs(Double(k) - at.rounded(.toNearestOrAwayFromZero)) > radius { return 0 }
      return a * max(0, 1 - abs(a * (at - Double(k))))
    }
    var output: [Float] = []
    for c in 0..<shape.channels {
      for i in 0..<size.x {
        for j in 0..<size.y {
          let (v, u) = (Double(i) * fy + fx / 2 - 0.5, Double(j) * fx + fy / 2 - 0.5)
          var (sum, weights) = (0.0, 0.0)
          for y in 0..<shape.height {
            for x in 0..<shape.width {
              let weight = tent(y, v, fy, shape.height) * tent(x, u, fx, shape.width)
              sum += weight * Double(input[(c * shape.height + y) * shape.width + x])
              weights += weight
            }
          }
          output.append(weights == 0 ? 0 : Float(sum / weights))
        }
      }
    }
    return output
  }
}
