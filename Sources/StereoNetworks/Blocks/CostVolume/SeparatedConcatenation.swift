internal import Kernels
package import NeuralNetwork

/// The first 3×3×3 convolution over a concatenation volume, computed without the volume.
///
/// The volume's left half is L(y, x), its right half R(y, x − d). A tap (kd, ky, kx) of a convolution of stride s reads
///
///     left:   L(s·y + ky, s·x + kx)                         right:   R(s·y + ky, s·(x − d) + kx − kd)
///
/// so the left part does not depend on d and the right part depends on u = x − d alone: two 2-D convolutions, 3×3 on the
/// left map, and 3×5 on the right map with the taps of equal kx − kd summed. What does depend on d are the borders. Taps
/// beyond the first and last plane are missing (three cases: all, without the first, without the last). Where the left half
/// is masked, zero for x < d, a tap counts if kd − kx ≤ t = s·(x − d): five cases t = −2 … 2, nothing below. Right
/// taps with kx = 1 are missing in the last column. Each case is a set of output channels of its own.
package final class SeparatedConcatenation: @unchecked Sendable {
  /// Taps along depth: all, without the first, without the last.
  private static let depthCases: [ClosedRange<Int>] = [-1...1, 0...1, -1...0]

  private let layer: ConvolutionLayer
  private let maskLeft: Bool
  private let stride: Int
  private let mapChannels: Int
  private var left: Convolution?
  private var right: Convolution?
  private var bias: AlignedFloats?

  /// Channels of the output.
  package var outChannels: Int { layer.geometry.outChannels }
  /// Bytes of the packed weights.
  package var byteCount: Int { (left?.byteCount ?? 0) + (right?.byteCount ?? 0) }

  /// Describes the convolution at `path`, with batch normalisation at `normalisation`, over a volume of two maps of
  /// `mapChannels` channels.
  package init(
    _ layers: LayerReader, _ path: String, normalisation: String, mapChannels: Int, stride: Int = 1, maskLeft: Bool
  ) {
    self.maskLeft = maskLeft
    self.stride = stride
    self.mapChannels = mapChannels
    layer = layers.weightsOnly(
      path, normalisation: normalisation,
      ConvolutionGeometry(
        spatial: 3, inChannels: 2 * mapChannels, outChannels: layers.outChannels(path, spatial: 3), kernel: 3,
        stride: stride, padding: 1))
    layers.prepare { [self] in pack() }
  }

  private var leftCases: Int { maskLeft ? 5 : 1 }
  private var block: Int { outChannels.roundedUpToVector }

  private func pack() {
    let values = layer.takeValues()
    let (outs, ins) = (outChannels, mapChannels)
    var leftWeights = [Float](repeating: 0, count: 3 * leftCases * block * ins * 9)
    var rightWeights = [Float](repeating: 0, count: 3 * 2 * block * ins * 15)
    for (depthCase, depthTaps) in Self.depthCases.enumerated() {
      for o in 0..<outs {
        let scale = values.scale?[o] ?? 1
        for i in 0..<ins {
          for kd in depthTaps {
            for ky in 0..<3 {
              for kx in -1...1 {
                func weight(_ channel: Int) -> Float {
                  values.weight[(((o * 2 * ins + channel) * 3 + kd + 1) * 3 + ky) * 3 + kx + 1] * scale
                }
                for t in 0..<leftCases where !maskLeft || kd - kx <= t - 2 {
                  let row = (depthCase * leftCases + t) * block + o
                  leftWeights[((row * ins + i) * 3 + ky) * 3 + kx + 1] += weight(i)
                }
                for edge in 0..<2 where edge == 0 || kx < 1 {
                  let row = (depthCase * 2 + edge) * block + o
                  rightWeights[((row * ins + i) * 3 + ky) * 5 + kx - kd + 2] += weight(ins + i)
                }
              }
            }
          }
        }
      }
    }
    left = Convolution.packing(leftGeometry, weights: leftWeights)
    right = Convolution.packing(rightGeometry, weights: rightWeights)
    let bias = AlignedFloats(zeros: block)
    bias.assign(values.bias ?? [])
    self.bias = bias
  }

  private var leftGeometry: ConvolutionGeometry {
    ConvolutionGeometry(
      spatial: 2, inChannels: mapChannels, outChannels: 3 * leftCases * block, kernel: 3, stride: stride, padding: 1)
  }

  /// Column U of the output is u = U − 2, so that columns left of the image, which taps reach into it from, are there.
  private var rightGeometry: ConvolutionGeometry {
    var geometry = ConvolutionGeometry(
      spatial: 2, inChannels: mapChannels, outChannels: 6 * block, kernel: 3, stride: stride, padding: 1)
    geometry.kernel.z = 5
    geometry.padding.z = 2 * stride + 2
    return geometry
  }

  /// Adds f(conv(volume)) for the volume of `planes` disparities made of two maps, f as in ``NetworkGraph``'s convolution.
  ///
  /// - Throws: ``LayerError`` if the maps do not fit, or if there are fewer than two planes.
  package func callAsFunction(
    _ graph: inout NetworkGraph, _ leftMap: Feature, _ rightMap: Feature, planes: Int, slope: Float
  ) throws(LayerError) -> Feature {
    guard leftMap.shape == rightMap.shape, leftMap.shape.channels == mapChannels, planes >= 2,
      let left, let right, let bias, let leftShape = leftGeometry.outputShape(of: leftMap.shape),
      let rightShape = rightGeometry.outputShape(of: rightMap.shape)
    else {
      throw .unsuitableShape(
        operation: layer.name, expected: "two maps of \(mapChannels) channels and at least 2 planes",
        found: "\(leftMap.shape), \(rightMap.shape), \(planes) planes")
    }
    let sums = (graph.reserve(leftShape), graph.reserve(rightShape))
    for (convolution, map, sum) in [(left, leftMap, sums.0), (right, rightMap, sums.1)] {
      graph.step(
        reading: [map], writing: sum, multiplyAdds: convolution.geometry.multiplyAdds(of: map.shape),
        scratchFloats: convolution.scratchFloats(for: map.shape)
      ) { run in convolution(run.view(map), into: run.view(sum), in: run.context) }
    }
    let outPlanes = (planes - 1) / stride + 1
    let out = graph.reserve(
      FeatureShape(depth: outPlanes, height: leftShape.height, width: leftShape.width, channels: outChannels))
    let rows = ShiftedRows(
      planes: planes, stride: stride, leftCases: leftCases, block: block, mapWidth: leftMap.shape.width,
      width: leftShape.width)
    graph.step(reading: [sums.0, sums.1], writing: out) { run in
      let (l, r, volume) = (run.view(sums.0), run.view(sums.1), run.view(out))
      run.context.bands(outPlanes * volume.shape.height) { item in
        let (d, y) = (item / volume.shape.height, item % volume.shape.height)
        FeatureVolumes.shiftedSum(
          row: y, plane: d, shift: 2 - d, left: l, lefts: rows.lefts(d), right: r, rights: rows.rights(d), bias: bias,
          slope: slope, channels: rows.block, into: volume, instructionSet: run.context.instructionSet)
      }
    }
    return out
  }
}

/// Which case of the two sums each column of a plane reads.
private struct ShiftedRows: Sendable {
  let planes, stride, leftCases, block, mapWidth, width: Int

  private func depthCase(_ d: Int) -> Int { d == 0 ? 1 : stride * d + 1 >= planes ? 2 : 0 }

  func lefts(_ d: Int) -> [Int32] {
    (0..<width).map { x in
      let t = leftCases == 1 ? 0 : min(stride * (x - d), 2) + 2
      return t < 0 ? -1 : Int32((depthCase(d) * leftCases + t) * block)
    }
  }

  func rights(_ d: Int) -> [Int32] {
    (0..<width).map { x in Int32((depthCase(d) * 2 + (stride * x + 1 >= mapWidth ? 1 : 0)) * block) }
  }
}
