/// The plain specification of pooling over height and width; `[C, D, H, W]` in C order.
package enum ReferencePooling {
  /// Pools every plane of every channel.
  package static func apply(_ pooling: Pooling, _ input: [Float], shape: FeatureShape) -> [Float] {
    guard let out = pooling.outputShape(of: shape) else { preconditionFailure("\(shape) is too small for \(pooling)") }
    var output: [Float] = []
    for plane in 0..<shape.channels * shape.depth {
      for y in 0..<out.height {
        for x in 0..<out.width {
          var inside: [Double] = []
          for ky in 0..<pooling.kernel.x {
            for kx in 0..<pooling.kernel.y {
              let at = SIMD2(y, x) &* pooling.stride &- pooling.padding &+ SIMD2(ky, kx)
              if at.min() < 0 || at.x >= shape.height || at.y >= shape.width { continue }
              inside.append(Double(input[(plane * shape.height + at.x) * shape.width + at.y]))
            }
          }
          let sum = inside.reduce(0, +)
          switch pooling.kind {
          case .maximum: output.append(Float(inside.max() ?? 0))
          case .average(let countingPadding):
            output.append(
              Float(sum / Double(countingPadding ? pooling.kernel.x * pooling.kernel.y : inside.count)))
          }
        }
      }
    }
    return output
  }
}
